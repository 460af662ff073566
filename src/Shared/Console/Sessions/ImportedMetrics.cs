using System.Globalization;
using System.Text.Json;
using Observability.Console.Sampling;

namespace Observability.Console.Sessions;

/// <summary>
/// The metrics of an imported session, as samples in the form of Prometheus: a histogram is its buckets, sum and count. What does not fit
/// into the budget is counted and not kept.
/// </summary>
internal sealed class ImportedMetrics(long budget) : IMetricStore
{
    private const int SeriesBytes = 512;
    private const int PointBytes = 16;
    private const int ExemplarBytes = 160;
    private const int LongestName = 256;
    private const int LongestHelp = 1024;
    private const int MostLabels = 64;
    private const int MostBounds = 256;

    private readonly SortedDictionary<string, MetricFamilyInfo> _families = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, ImportedSeries>> _series = new(StringComparer.Ordinal);

    public IReadOnlyList<MetricFamilyInfo> Families => [.. _families.Values];

    public long LastSample { get; private set; }

    /// <summary>An estimate of the memory.</summary>
    public long Bytes { get; private set; }

    public long Points { get; private set; }

    /// <summary>Samples and exemplars that found the budget used up.</summary>
    public long Refused { get; private set; }

    public IReadOnlyList<IStoredSeries> Select(string name, IReadOnlyList<LabelCondition> conditions)
    {
        if (!_series.TryGetValue(name, out var series))
            return [];
        var holds = LabelMatching.Of(conditions);
        return [.. series.Values.Where(one => holds(one.Labels))];
    }

    /// <summary>Adds a metric of an OTLP document.</summary>
    public void Add(JsonElement metric)
    {
        var name = Cut(OtlpReading.TextOf(metric, "name"), LongestName);
        if (name.Length == 0)
            return;
        if (metric.TryGetProperty("sum", out var sum))
        {
            var isCounter = sum.ValueKind is JsonValueKind.Object && sum.TryGetProperty("isMonotonic", out var monotonic) && monotonic.ValueKind is JsonValueKind.True;
            AddNumbers(name, isCounter ? "counter" : "gauge", metric, sum);
        }
        else if (metric.TryGetProperty("gauge", out var gauge))
        {
            AddNumbers(name, "gauge", metric, gauge);
        }
        else if (metric.TryGetProperty("histogram", out var histogram))
        {
            AddHistogram(name, metric, histogram);
        }
    }

    private void AddNumbers(string name, string type, JsonElement metric, JsonElement data)
    {
        Declare(name, type, metric);
        foreach (var point in OtlpReading.ItemsOf(data, "dataPoints"))
        {
            var value = point.ValueKind is not JsonValueKind.Object ? double.NaN
                : point.TryGetProperty("asDouble", out var real) ? OtlpReading.NumberOf(real)
                : OtlpReading.IntegerOf(point, "asInt");
            if (Add(name, LabelsOf(point), TimeOf(point), value) is { } series)
                AddExemplars(point, _ => series);
        }
    }

    private void AddHistogram(string name, JsonElement metric, JsonElement data)
    {
        Declare(name, "histogram", metric);
        foreach (var point in OtlpReading.ItemsOf(data, "dataPoints"))
        {
            var (labels, time) = (LabelsOf(point), TimeOf(point));
            double[] bounds = [.. OtlpReading.ItemsOf(point, "explicitBounds").Take(MostBounds).Select(OtlpReading.NumberOf), double.PositiveInfinity];
            double[] counts = [.. OtlpReading.ItemsOf(point, "bucketCounts").Take(MostBounds + 1).Select(OtlpReading.NumberOf)];
            if (counts.Length != bounds.Length)
                continue;
            var buckets = new ImportedSeries?[bounds.Length];
            for (var (i, total) = (0, 0.0); i < bounds.Length; i++)
            {
                total += counts[i];
                var bound = double.IsInfinity(bounds[i]) ? "+Inf" : bounds[i].ToString(CultureInfo.InvariantCulture);
                buckets[i] = Add(name + "_bucket", [.. labels, new("le", bound)], time, total);
            }
            Add(name + "_sum", labels, time, point.TryGetProperty("sum", out var sum) ? OtlpReading.NumberOf(sum) : double.NaN);
            Add(name + "_count", labels, time, OtlpReading.IntegerOf(point, "count"));
            AddExemplars(point, value => buckets[Math.Max(0, Array.FindIndex(bounds, bound => value <= bound))]);
        }
    }

    private void AddExemplars(JsonElement point, Func<double, ImportedSeries?> seriesOf)
    {
        foreach (var exemplar in OtlpReading.ItemsOf(point, "exemplars"))
        {
            if (exemplar.ValueKind is not JsonValueKind.Object || !exemplar.TryGetProperty("asDouble", out var given) || !HasRoom(ExemplarBytes))
                continue;
            var value = OtlpReading.NumberOf(given);
            seriesOf(value)?.Add(new MetricExemplar(TimeOf(exemplar), value, Cut(OtlpReading.TextOf(exemplar, "traceId"), 32), Cut(OtlpReading.TextOf(exemplar, "spanId"), 16)));
        }
    }

    private void Declare(string name, string type, JsonElement metric)
    {
        if (!_families.ContainsKey(name) && HasRoom(SeriesBytes))
            _families.Add(name, new(name, type, Cut(OtlpReading.TextOf(metric, "description"), LongestHelp)));
    }

    private ImportedSeries? Add(string name, KeyValuePair<string, string>[] labels, long time, double value)
    {
        Array.Sort(labels, static (one, other) => string.CompareOrdinal(one.Key, other.Key));
        if (!_series.TryGetValue(name, out var ofName))
            _series.Add(name, ofName = new(StringComparer.Ordinal));
        var key = string.Join('\0', labels.SelectMany(label => new[] { label.Key, label.Value }));
        if (!ofName.TryGetValue(key, out var series))
        {
            if (!HasRoom(SeriesBytes + (key.Length * sizeof(char) * 2)))
                return null;
            ofName.Add(key, series = new(name, labels));
        }
        if (!HasRoom(PointBytes))
            return null;
        series.Add(time, value);
        Points++;
        LastSample = Math.Max(LastSample, time);
        return series;
    }

    private bool HasRoom(int bytes)
    {
        if (Bytes + bytes > budget)
        {
            Refused++;
            return false;
        }
        Bytes += bytes;
        return true;
    }

    private static long TimeOf(JsonElement point) => OtlpReading.TicksOf(point, "timeUnixNano") / TimeSpan.TicksPerMillisecond;

    private static KeyValuePair<string, string>[] LabelsOf(JsonElement point) =>
    [
        .. OtlpReading.ItemsOf(point, "attributes").Take(MostLabels).Select(attribute => KeyValuePair.Create(
            Cut(OtlpReading.TextOf(attribute, "key"), LongestName),
            attribute.ValueKind is JsonValueKind.Object && attribute.TryGetProperty("value", out var value) ? Cut(OtlpReading.TextOf(value, "stringValue"), LongestName) : "")),
    ];

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..most];

    private sealed class ImportedSeries(string name, KeyValuePair<string, string>[] labels) : IStoredSeries
    {
        private readonly List<(long Time, double Value)> _points = [];
        private readonly List<MetricExemplar> _exemplars = [];

        public string Name => name;

        public IReadOnlyList<KeyValuePair<string, string>> Labels => labels;

        public IEnumerable<(long Time, double Value)> Read(long first, long last) => _points.Where(point => point.Time >= first && point.Time <= last);

        public IEnumerable<MetricExemplar> Exemplars(long first, long last) => _exemplars.Where(one => one.Time >= first && one.Time <= last);

        // A point out of order is of a clock that was set back; readers expect order.
        public void Add(long time, double value)
        {
            if (_points.Count == 0 || _points[^1].Time < time)
                _points.Add((time, value));
        }

        public void Add(MetricExemplar exemplar) => _exemplars.Add(exemplar);
    }
}
