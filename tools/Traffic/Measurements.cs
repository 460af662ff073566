using HdrHistogram;

namespace ECommerce.Traffic;

/// <summary>
/// All that is counted and timed while customers come. A step is what a customer waits for, a request what is sent: a step that comes back
/// after a 503 is one step of two requests, and its latency ends with the last answer.
/// </summary>
internal sealed class Measurements
{
    private const int Slowest = 10;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, Operation> _operations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _journeys = new(StringComparer.Ordinal);
    private readonly PriorityQueue<SlowStep, double> _slowest = new();
    private readonly LongHistogram _all = NewHistogram();
    private int _turnedAway, _finished, _gaveUp, _leftEarly;

    /// <summary>False before the first arrival: requests are counted, and nothing is timed.</summary>
    public bool IsTiming { get; set; } = true;

    public void Arrived(string journey, bool isLetIn)
    {
        lock (_lock)
        {
            _journeys[journey] = _journeys.GetValueOrDefault(journey) + 1;
            _turnedAway += isLetIn ? 0 : 1;
        }
    }

    public void Finished() => Interlocked.Increment(ref _finished);

    public void GaveUp() => Interlocked.Increment(ref _gaveUp);

    public void LeftEarly() => Interlocked.Increment(ref _leftEarly);

    /// <summary>One request has come to its end.</summary>
    public void Request(string operation, Answer answer)
    {
        lock (_lock)
            Of(operation).Count(answer);
    }

    /// <summary>A step will be tried again, as the shop asked.</summary>
    public void Repeat(string operation)
    {
        lock (_lock)
            Of(operation).Repeats++;
    }

    /// <summary>A step is over.</summary>
    /// <param name="operation">What was asked for.</param>
    /// <param name="latency">From when it was meant to begin.</param>
    /// <param name="answer">The last answer.</param>
    public void Step(string operation, TimeSpan latency, Answer answer)
    {
        if (!IsTiming)
            return;
        lock (_lock)
        {
            Record(Of(operation).Latencies, latency);
            Record(_all, latency);
            var slow = new SlowStep(operation, latency.TotalMilliseconds, answer.Status, answer.Code, answer.TraceId, TimeProvider.System.GetUtcNow());
            if (_slowest.Count < Slowest)
                _slowest.Enqueue(slow, slow.Milliseconds);
            else
                _slowest.EnqueueDequeue(slow, slow.Milliseconds);
        }
    }

    public Figures Take()
    {
        lock (_lock)
        {
            return new(
                new(_journeys.Values.Sum(), _turnedAway, _finished, _gaveUp, _leftEarly, new Dictionary<string, int>(_journeys)),
                Latency.Of(_all),
                [.. _operations.Select(named => named.Value.Figures(named.Key))],
                [.. _slowest.UnorderedItems.Select(item => item.Element).OrderByDescending(slow => slow.Milliseconds)]);
        }
    }

    private Operation Of(string name) => _operations.TryGetValue(name, out var operation) ? operation : _operations[name] = new();

    // In microseconds, up to an hour, with three digits.
    private static LongHistogram NewHistogram() => new(1, 3_600_000_000, 3);

    private static void Record(LongHistogram histogram, TimeSpan latency) =>
        histogram.RecordValue(Math.Clamp((long)latency.TotalMicroseconds, 1, histogram.HighestTrackableValue));

    private sealed class Operation
    {
        private readonly SortedDictionary<string, int> _refusals = new(StringComparer.Ordinal);
        private readonly SortedDictionary<string, int> _errors = new(StringComparer.Ordinal);
        private int _requests;

        public LongHistogram Latencies { get; } = NewHistogram();

        public int Repeats { get; set; }

        public void Count(Answer answer)
        {
            _requests++;
            if (answer.Code is not { } code)
                return;
            var counts = answer.IsError ? _errors : _refusals;
            counts[code] = counts.GetValueOrDefault(code) + 1;
        }

        public OperationFigures Figures(string name) => new(
            name, _requests, Repeats, Latency.Of(Latencies), new Dictionary<string, int>(_refusals), new Dictionary<string, int>(_errors));
    }
}

internal sealed record Figures(JourneyFigures Journeys, Latency Latency, IReadOnlyList<OperationFigures> Operations, IReadOnlyList<SlowStep> Slowest)
{
    public int Requests => Operations.Sum(operation => operation.Requests);

    /// <summary>5xx and requests without an answer.</summary>
    public int Errors => Operations.Sum(operation => operation.Errors.Values.Sum());
}

/// <param name="TurnedAway">Arrived, and found too many inside: never started.</param>
/// <param name="GaveUp">Ended by an error, or by a shop that stayed too busy.</param>
/// <param name="LeftEarly">Ended with the run.</param>
internal sealed record JourneyFigures(int Arrived, int TurnedAway, int Finished, int GaveUp, int LeftEarly, IReadOnlyDictionary<string, int> ByName);

/// <param name="Requests">All that were sent, before the first arrival too.</param>
/// <param name="Repeats">How many steps came back because of a <c>Retry-After</c>.</param>
/// <param name="Refusals">4xx, by the code of the problem document.</param>
/// <param name="Errors">5xx by code, and what went wrong without an answer.</param>
internal sealed record OperationFigures(
    string Name, int Requests, int Repeats, Latency Latency, IReadOnlyDictionary<string, int> Refusals, IReadOnlyDictionary<string, int> Errors);

/// <summary>In milliseconds, of so many steps.</summary>
internal sealed record Latency(long Steps, double P50, double P90, double P95, double P99, double P999, double Max)
{
    public static Latency Of(LongHistogram histogram)
    {
        double At(double percentile) => histogram.TotalCount == 0 ? 0 : histogram.GetValueAtPercentile(percentile) / 1000.0;
        return new(histogram.TotalCount, At(50), At(90), At(95), At(99), At(99.9), At(100));
    }
}

internal sealed record SlowStep(string Operation, double Milliseconds, int Status, string? Code, string TraceId, DateTimeOffset At);
