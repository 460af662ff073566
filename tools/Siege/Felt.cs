using ECommerce.Traffic;
using HdrHistogram;

namespace ECommerce.Siege;

/// <summary>What honest customers felt during one attack, by kind of request.</summary>
internal sealed class Felt
{
    /// <summary>A request is served when it succeeds within this time of its intended start.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, Kind> _kinds = [];
    private readonly SortedDictionary<int, long> _answers = [];

    /// <param name="kind">One of <see cref="Kinds"/>.</param>
    /// <param name="latency">From the intended start to the complete answer, or to the failure.</param>
    /// <param name="answer">The answer; status 0 when there was none.</param>
    public void Add(string kind, TimeSpan latency, Answer answer)
    {
        lock (_lock)
        {
            if (!_kinds.TryGetValue(kind, out var felt))
                _kinds[kind] = felt = new();
            felt.Latencies.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, felt.Latencies.HighestTrackableValue));
            felt.Served += answer.IsOk && latency <= Patience ? 1 : 0;
            _answers[answer.Status] = _answers.GetValueOrDefault(answer.Status) + 1;
            if (answer.Code is { } code)
            {
                var refusal = answer.Status == 0 ? code : $"{answer.Status} {code}";
                felt.Refusals[refusal] = felt.Refusals.GetValueOrDefault(refusal) + 1;
            }
        }
    }

    public HonestFigures Take()
    {
        lock (_lock)
        {
            return new(
                [.. _kinds.OrderBy(kind => Array.IndexOf(Kinds.All, kind.Key)).Select(kind => kind.Value.Figures(kind.Key))],
                new SortedDictionary<int, long>(_answers));
        }
    }

    private sealed class Kind
    {
        // In microseconds, up to a minute, with three digits.
        public LongHistogram Latencies { get; } = new(1, 60_000_000, 3);

        public SortedDictionary<string, long> Refusals { get; } = new(StringComparer.Ordinal);

        public long Served { get; set; }

        public KindFigures Figures(string name) => new(name, Latencies.TotalCount, Served, Latency.Of(Latencies), new SortedDictionary<string, long>(Refusals));
    }
}

/// <summary>The kinds of honest requests, in the order of the tables.</summary>
internal static class Kinds
{
    public const string Products = "product pages";
    public const string Lists = "lists";
    public const string Logins = "logins";
    public const string VictimLogins = "logins of the victim";
    public const string Registrations = "registrations";
    public const string Orders = "orders";
    public const string Payments = "payments";

    public static readonly string[] All = [Products, Lists, Logins, VictimLogins, Registrations, Orders, Payments];
}
