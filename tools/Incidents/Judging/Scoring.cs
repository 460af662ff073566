using ECommerce.Incidents.Model;
using ECommerce.Incidents.Planning;

namespace ECommerce.Incidents.Judging;

/// <summary>The points of an incident, of 100.</summary>
/// <param name="Detection">Of 15: whether something is wrong.</param>
/// <param name="Place">Of 25: less for each hop on the map.</param>
/// <param name="Mechanism">Of 20.</param>
/// <param name="Onset">Of 10.</param>
/// <param name="Scope">Of 10.</param>
/// <param name="Mitigation">Of 20.</param>
internal sealed record Score(double Detection, double Place, double Mechanism, double Onset, double Scope, double Mitigation)
{
    public static Score Nothing { get; } = new(0, 0, 0, 0, 0, 0);

    public double Total => Detection + Place + Mechanism + Onset + Scope + Mitigation;
}

/// <summary>
/// Compares an answer with the truth. Pure: the same plan, answer and observations have the same score. Guesses are worth little: an alarm
/// alone is a third of a detection, and onset and scope count only for somebody who has found the cause.
/// </summary>
internal static class Scoring
{
    public const double MostForDetection = 15;
    public const double MostForPlace = 25;
    public const double MostForMechanism = 20;
    public const double MostForOnset = 10;
    public const double MostForScope = 10;
    public const double MostForMitigation = 20;

    private const double ForAnAlarmAlone = 5;
    private const double ForTheKindOfScope = 6;
    private const double ForMetObjectives = 12;
    private const double ForACleanAudit = 5;
    private const double ForNoLostOrder = 3;

    private static readonly double[] PlaceByHops = [MostForPlace, 12, 4];

    public static Score Score(Plan plan, Answer? answer, Observations seen, Pace pace)
    {
        // Nothing was found; or a false alarm, as one is that comes before the cause.
        if (answer is null || answer.IsWrong != plan.IsWrong || (answer.IsWrong && seen.Answered < seen.Began))
            return Judging.Score.Nothing;
        if (!plan.IsWrong)
            return new(MostForDetection, MostForPlace, MostForMechanism, MostForOnset, MostForScope, MitigationOf(seen, needsCure: false));

        var best = Pairings(plan.Causes, answer.Causes).Select(pairs => OfPairs(pairs, answer, seen, pace)).MaxBy(score => score.Total)!;
        // Naming two where there is one is no better than naming the right one half of the time.
        var share = answer.Causes.Count > plan.Causes.Count ? plan.Causes.Count / (double)answer.Causes.Count : 1;
        return new(best.Detection, best.Place * share, best.Mechanism * share, best.Onset, best.Scope * share, MitigationOf(seen, needsCure: true));
    }

    private static Score OfPairs(IReadOnlyList<(CausePlan Truth, AnsweredCause? Said)> pairs, Answer answer, Observations seen, Pace pace)
    {
        var isFound = pairs.Any(pair => IsFound(pair.Truth, pair.Said));
        return new(
            isFound ? MostForDetection : ForAnAlarmAlone,
            pairs.Average(pair => PlaceOf(pair.Truth, pair.Said)),
            pairs.Average(pair => pair.Said?.What == pair.Truth.Mechanism ? MostForMechanism : 0),
            isFound ? OnsetOf(answer.Since, seen.Began, pace) : 0,
            pairs.Average(pair => IsFound(pair.Truth, pair.Said) ? ScopeOf(pair.Truth, pair.Said!) : 0),
            0);
    }

    private static bool IsFound(CausePlan truth, AnsweredCause? said) =>
        said is not null && (said.What == truth.Mechanism || ShopMap.Hops(truth.Place, said.Where) == 0);

    private static double PlaceOf(CausePlan truth, AnsweredCause? said) =>
        said is not null && ShopMap.Hops(truth.Place, said.Where) is { } hops && hops < PlaceByHops.Length ? PlaceByHops[hops] : 0;

    private static double OnsetOf(DateTimeOffset? said, DateTimeOffset began, Pace pace) => (said - began)?.Duration() switch
    {
        { } off when off <= pace.Tolerance => MostForOnset,
        { } off when off <= pace.Tolerance * 2 => MostForOnset / 2,
        _ => 0,
    };

    private static double ScopeOf(CausePlan truth, AnsweredCause said)
    {
        if (said.Who != truth.Scope)
            return 0;
        return string.Equals(said.Target, truth.Target, StringComparison.OrdinalIgnoreCase) ? MostForScope : ForTheKindOfScope;
    }

    // Whoever does nothing has cured nothing, even if the trouble has passed or was too small for the objectives.
    private static double MitigationOf(Observations seen, bool needsCure)
    {
        var isCured = seen.ObjectivesMet && seen.FiringAlerts.Count == 0 && (!needsCure || (seen.IsCured && seen.Actions.Count > 0));
        if (!isCured)
            return 0;
        return ForMetObjectives + (seen.AuditFindings.Count == 0 ? ForACleanAudit : 0) + (seen.OrdersLost == 0 ? ForNoLostOrder : 0);
    }

    /// <summary>Each way to hold the answered causes against the true ones.</summary>
    private static IEnumerable<IReadOnlyList<(CausePlan Truth, AnsweredCause? Said)>> Pairings(IReadOnlyList<CausePlan> truths, IReadOnlyList<AnsweredCause> said)
    {
        AnsweredCause?[] padded = [.. said, .. Enumerable.Repeat<AnsweredCause?>(null, Math.Max(0, truths.Count - said.Count))];
        for (var first = 0; first < padded.Length; first++)
        {
            if (truths.Count == 1)
                yield return [(truths[0], padded[first])];
            for (var second = 0; truths.Count == 2 && second < padded.Length; second++)
            {
                if (second != first)
                    yield return [(truths[0], padded[first]), (truths[1], padded[second])];
            }
        }
    }
}
