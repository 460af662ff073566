using ECommerce.Incidents.Judging;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Planning;

namespace ECommerce.Incidents.Players;

/// <summary>A player that looks at no signal. What it gets is what a guess is worth.</summary>
/// <param name="Name">The name in the table.</param>
/// <param name="Answer">The same for every incident, but for the time that has passed.</param>
/// <param name="Actions">What it does, the same in every incident.</param>
internal sealed record Cheat(string Name, Func<DateTimeOffset, Answer?> Answer, IReadOnlyList<string> Actions)
{
    /// <summary>What ends when every process of the shop is restarted: what lives in a process or a session, and is not made again.</summary>
    private static readonly string[] EndedByRestart =
    [
        Mechanisms.LockContention, Mechanisms.HostPaused, Mechanisms.BlackHole, Mechanisms.RetryStorm,
    ];

    // Half of the pace's earliest and latest onset are as good a guess as any.
    private static Func<DateTimeOffset, DateTimeOffset> Guess(Pace pace) => started => started + ((pace.EarliestOnset + pace.LatestOnset) / 2);

    /// <summary>The cheating players.</summary>
    /// <param name="plans">The plans of all seeds, of which the cheats know the statistics.</param>
    /// <param name="pace">The pace, from which they guess the onset.</param>
    public static IReadOnlyList<Cheat> All(IReadOnlyList<Plan> plans, Pace pace)
    {
        var (guess, causes) = (Guess(pace), plans.SelectMany(plan => plan.Causes).ToList());
        var mechanism = MostFrequent(causes.Select(cause => cause.Mechanism));
        var named = new AnsweredCause(MostFrequent(causes.Select(cause => cause.Place)), mechanism, MostFrequent(causes.Select(cause => cause.Scope)), null);
        var example = causes.First(cause => cause.Mechanism == mechanism);
        var whole = new AnsweredCause(example.Place, mechanism, example.Scope, example.Target);
        return
        [
            new("says and does nothing", _ => null, []),
            new("says that nothing is wrong", _ => Judging.Answer.Nothing, []),
            new("raises an alarm always", started => new(true, guess(started), []), []),
            new("restarts everything", started => new(true, guess(started), [new(ShopMap.Host, Mechanisms.HostPaused, Scopes.All, null)]), ["act restart", "SQL"]),
            new("names the most frequent cause", started => new(true, guess(started), [whole]), []),
            new("names the most frequent of each", started => new(true, guess(started), [named]), []),
            new("names two causes", started => new(true, guess(started), [whole, named]), ["act restart", "SQL"]),
        ];
    }

    /// <summary>What would be seen of an incident with this player. Pure.</summary>
    public Observations Observe(Plan plan, Pace pace, DateTimeOffset started)
    {
        var began = started + plan.OnsetIn(pace);
        var isCured = Actions.Count > 0 && plan.Causes.All(cause => EndedByRestart.Contains(cause.Mechanism));
        return new(began, began + pace.Tolerance, isCured, ObjectivesMet: isCured || !plan.IsWrong, [], [], 0, Actions);
    }

    public Score Play(Plan plan, Pace pace, DateTimeOffset started) => Scoring.Score(plan, Answer(started), Observe(plan, pace, started), pace);

    private static string MostFrequent(IEnumerable<string> names) => names.CountBy(name => name).MaxBy(counted => counted.Value).Key;
}
