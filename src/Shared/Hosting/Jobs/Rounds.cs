using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Hosting;

/// <summary>
/// Runs every round of the host. They begin one after another: all at once, each would ask its pool for a connection of its own,
/// which would be opened for that one moment.
/// </summary>
internal sealed class Rounds(IEnumerable<Round> rounds) : BackgroundService
{
    // Whoever is kept waiting by a database keeps no other from beginning.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> running = [];
        foreach (var round in rounds)
        {
            var first = round.ComeAsync(stoppingToken);
            running.Add(GoOnAfterAsync(first, round, stoppingToken));
            await first.WaitAsync(Patience, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(running);
    }

    private static async Task GoOnAfterAsync(Task first, Round round, CancellationToken stopping)
    {
        try
        {
            await first;
            await round.GoOnAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The end of a round is no failure, also where the host ends before it has started.
        }
    }
}

/// <summary>Puts work that comes round into a host.</summary>
public static class RoundRegistration
{
    /// <summary>Adds a round, which begins when the host starts.</summary>
    public static IServiceCollection AddRound<T>(this IServiceCollection services)
        where T : Round =>
        services.AddSingleton<T>().AddSingleton<Round>(provider => provider.GetRequiredService<T>()).AddHostedService<Rounds>();
}
