using Prometheus;

namespace Observability.Metrics;

/// <summary>The series of one metric family, created on first use. Keep the returned series, so that recording needs no lookup.</summary>
/// <remarks>
/// Observations with a label set beyond the limit are counted in one series with <see cref="Overflow"/> in every label: the sum stays
/// right, and memory stays bounded. OpenTelemetry does the same (Metrics SDK, "Cardinality limits").
/// </remarks>
public sealed class MetricFamily<T>
{
    public const string Overflow = "_overflow";

    private readonly Dictionary<string, T> _children = new(StringComparer.Ordinal);
    private readonly MetricDeclaration _metric;
    private readonly Func<string[], T> _newChild;
    private readonly int _limit;
    private readonly Gauge.Child _series;
    private readonly int _seriesEach;
    private Lazy<T> _overflow;

    internal MetricFamily(MetricDeclaration metric, Func<string[], T> newChild, int limit, Gauge.Child series, int seriesEach)
    {
        (_metric, _newChild, _limit, _series, _seriesEach) = (metric, newChild, limit, series, seriesEach);
        _overflow = NewOverflow();
    }

    /// <summary>The series with these label values, one for each label in the order of declaration.</summary>
    public T With(params string[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, _metric.Labels.Count, nameof(values));
        var key = string.Join('\0', values);
        lock (_children)
        {
            if (_children.TryGetValue(key, out var known))
                return known;
            return _children.Count < _limit ? _children[key] = NewChild(values) : _overflow.Value;
        }
    }

    /// <summary>Removes all series from the registry. Only for a family whose series are not kept.</summary>
    /// <param name="remove">Removes one series.</param>
    public void Forget(Action<T> remove)
    {
        ArgumentNullException.ThrowIfNull(remove);
        lock (_children)
        {
            T[] known = [.. _children.Values, .. _overflow.IsValueCreated ? [_overflow.Value] : Array.Empty<T>()];
            foreach (var child in known)
                remove(child);
            _series.Dec(known.Length * _seriesEach);
            _children.Clear();
            _overflow = NewOverflow();
        }
    }

    private Lazy<T> NewOverflow() => new(() => NewChild([.. _metric.Labels.Select(_ => Overflow)]));

    private T NewChild(string[] values)
    {
        _series.Inc(_seriesEach);
        return _newChild(values);
    }
}
