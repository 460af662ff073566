using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>The causes that a seed can choose, one of each mechanism.</summary>
internal static class CauseList
{
    public static IReadOnlyList<ICause> All { get; } =
    [
        new LockContention(), new Deadlock(), new MissingIndex(), new RevokedRight(), new ExpiredCredential(), new ConnectionLimit(), new SlowStatement(), new PoisonMessage(),
        new NetworkLatency(), new ConnectionsCut(), new BlackHole(), new HostPaused(), new ProcessorContention(),
        new FlashSale(), new Scraper(), new PasswordGuessing(), new RetryStorm(),
        new SlowRelease(), new ManyStatements(), new WrongRelease(), new GarbageCollection(), new ThreadStarvation(), new MemoryLeak(),
        new PoolTooSmall(), new TimeoutTooShort(), new LimitTooLow(),
    ];

    public static ICause Of(string mechanism) => All.First(cause => cause.Mechanism == mechanism);
}
