using ECommerce.Fuzz.Requests;
using ECommerce.Fuzz.Wire;

namespace ECommerce.Fuzz;

/// <summary>All that is counted while requests are sent.</summary>
internal sealed class Tally
{
    // The first few of a kind are enough to see what it is.
    private const int MostExamples = 3;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<(string Operation, ValueClass Class, int Status), int> _answers = [];
    private readonly SortedDictionary<(string Operation, string Code), int> _refusals = [];
    private readonly SortedDictionary<string, int> _bare = new(StringComparer.Ordinal);
    private readonly Dictionary<int, long> _counted = [];
    private readonly Dictionary<(string Rule, string Operation, string What), (List<Finding> Examples, int Count)> _findings = [];
    private TimeSpan _slowest;
    private int _requests, _hungUp;

    public int Requests => Volatile.Read(ref _requests);

    public int Findings
    {
        get
        {
            lock (_lock)
                return _findings.Values.Sum(finding => finding.Count);
        }
    }

    /// <summary>An answer that the shop must have counted too.</summary>
    /// <param name="isTraffic">Not a probe, and to the public listener.</param>
    /// <param name="hungUp">Its caller had sent its last before the answer came: the shop may have counted it as one who left.</param>
    public void Shop(Answer answer, bool isTraffic, bool hungUp = false)
    {
        if (!isTraffic)
            return;
        lock (_lock)
        {
            if (answer.Failure is not null || hungUp)
                _hungUp++;
            else if (answer.IsOfTheShop)
                _counted[answer.Status] = _counted.GetValueOrDefault(answer.Status) + 1;
        }
    }

    public void Answer(Draft draft, ValueClass kind, Answer answer)
    {
        var operation = draft.IsForOperators ? "(operators)" : draft.Operation.Id;
        lock (_lock)
        {
            _requests++;
            Increment(_answers, (operation, kind, answer.Status));
            if (answer.Code is { } code && answer.Status >= 400)
                Increment(_refusals, (operation, code));
            if (answer.Failure is not null || answer.IsBareRefusal)
                Increment(_bare, $"{draft.Bent}: {answer.Failure ?? $"{answer.Status}"}");
            _slowest = answer.Took > _slowest ? answer.Took : _slowest;
        }
    }

    public void Finding(Finding finding)
    {
        // Ids and the like differ from one to the next of a kind.
        var kind = (finding.Rule, finding.Operation, System.Text.RegularExpressions.Regex.Replace(finding.What, "[0-9a-f-]{8,}|'[^']*'", "…"));
        lock (_lock)
        {
            var (examples, count) = _findings.GetValueOrDefault(kind, ([], 0));
            if (examples.Count < MostExamples)
                examples.Add(finding);
            _findings[kind] = (examples, count + 1);
        }
    }

    public Figures Take()
    {
        lock (_lock)
        {
            return new(
                _requests,
                [.. _answers.Select(pair => new AnswerCount(pair.Key.Operation, Name(pair.Key.Class), pair.Key.Status, pair.Value))],
                [.. _refusals.Select(pair => new RefusalCount(pair.Key.Operation, pair.Key.Code, pair.Value))],
                new Dictionary<string, int>(_bare), new Dictionary<int, long>(_counted), _hungUp, _slowest.TotalMilliseconds,
                [.. _findings.Values.OrderByDescending(finding => finding.Count).Select(finding => new FindingKind(finding.Count, finding.Examples))]);
        }
    }

    private static string Name(ValueClass kind) => kind.ToString().ToLowerInvariant();

    private static void Increment<T>(SortedDictionary<T, int> counts, T key) where T : notnull => counts[key] = counts.GetValueOrDefault(key) + 1;
}

/// <param name="WithoutTheShop">What was answered by the server alone, or not at all, by what was bent.</param>
/// <param name="Counted">By status, what the shop must have counted too, the requests that prepare included.</param>
/// <param name="HungUp">Who hung up before an answer came, or got none: the shop may have counted each, under any status.</param>
internal sealed record Figures(
    int Requests, IReadOnlyList<AnswerCount> Answers, IReadOnlyList<RefusalCount> Refusals, IReadOnlyDictionary<string, int> WithoutTheShop,
    IReadOnlyDictionary<int, long> Counted, long HungUp, double SlowestMilliseconds, IReadOnlyList<FindingKind> Findings);

/// <param name="Status">0 when there was no answer.</param>
internal sealed record AnswerCount(string Operation, string Class, int Status, int Count);

internal sealed record RefusalCount(string Operation, string Code, int Count);

/// <summary>Findings that differ in nothing but ids.</summary>
internal sealed record FindingKind(int Count, IReadOnlyList<Finding> Examples);

/// <param name="Number">0 for what was seen in the end and belongs to no request.</param>
/// <param name="Bent">What is not right about the request.</param>
/// <param name="Request">A line for a shell that sends it again, with $TOKEN in place of the token.</param>
/// <param name="Answer">What came back, as far as it fits.</param>
internal sealed record Finding(string Rule, string Operation, string What, int Seed, int Number, string Bent, string Request, string Answer);
