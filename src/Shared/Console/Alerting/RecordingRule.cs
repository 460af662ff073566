using Observability.Console.PromQl;

namespace Observability.Console.Alerting;

/// <summary>A recording rule, with its value of the last round.</summary>
internal sealed class RecordingRule(string name, Expression expression, IReadOnlyDictionary<string, string> labels, long interval) : IRecordedRule
{
    // A timer is late or early by less than this.
    private const long Jitter = 1000;

    private sealed record Value(long Time, IReadOnlyList<Sample> Vector);

    private Value? _latest;

    public string Name => name;

    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; } = [.. labels];

    public Expression Expression => expression;

    public bool IsStored { get; set; }

    public IReadOnlyList<Sample>? At(long time) =>
        Volatile.Read(ref _latest) is { } latest && time >= latest.Time && time < latest.Time + interval - Jitter ? latest.Vector : null;

    public void Keep(long time, IReadOnlyList<Sample> vector) => Volatile.Write(ref _latest, new(time, vector));
}
