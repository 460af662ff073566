using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Observability.Console.Sampling;

namespace Observability.Console.Sessions;

/// <summary>
/// Writes metric families as OTLP documents, one a line: counters as cumulative monotonic sums, histograms as cumulative histograms with
/// explicit bounds, and all other samples as gauges. A series has at most some hundred points, evenly over the time.
/// </summary>
internal sealed class MetricsExport(IMetricStore store, IReadOnlyList<KeyValuePair<string, string>> resource, long first, long last)
{
    /// <summary>The most points of a series.</summary>
    public const int MostPoints = 360;

    // A line ends behind the series that passes this size.
    private const int LineBytes = 256 * 1024;
    private const int Cumulative = 2;
    private const long NanosecondsPerMillisecond = 1_000_000;

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>The distance of the points, in milliseconds.</summary>
    public long Step { get; } = Math.Max(0, last - first) / MostPoints;

    public long Series { get; private set; }

    public long Points { get; private set; }

    /// <summary>The lines of a family, each valid until the next is asked for.</summary>
    public IEnumerable<ArrayBufferWriter<byte>> LinesOf(MetricFamilyInfo family)
    {
        var line = new ArrayBufferWriter<byte>();
        foreach (var (name, groups) in PartsOf(family))
        {
            using var left = groups.GetEnumerator();
            for (var hasMore = left.MoveNext(); hasMore;)
            {
                line.ResetWrittenCount();
                using var json = new Utf8JsonWriter(line, Options);
                Begin(json, name, family);
                for (; hasMore && json.BytesCommitted + json.BytesPending < LineBytes; hasMore = left.MoveNext())
                    left.Current.Write(json, this);
                End(json, family);
                json.Flush();
                yield return line;
            }
        }
    }

    private IEnumerable<(string Name, IEnumerable<Group> Groups)> PartsOf(MetricFamilyInfo family)
    {
        if (family.Type == "histogram")
            return [(family.Name, HistogramsOf(family.Name))];
        string[] names = family.Type == "summary" ? [family.Name, family.Name + "_sum", family.Name + "_count"] : [family.Name];
        return names.Select(name => (name, store.Select(name, []).Select(series => new Group(series.Labels, [series], null))));
    }

    private IEnumerable<Group> HistogramsOf(string name)
    {
        var sums = store.Select(name + "_sum", []).ToDictionary(series => KeyOf(series.Labels));
        var counts = store.Select(name + "_count", []).ToDictionary(series => KeyOf(series.Labels));
        foreach (var buckets in store.Select(name + "_bucket", []).GroupBy(series => KeyOf(series.Labels)))
        {
            if (!sums.TryGetValue(buckets.Key, out var sum) || !counts.TryGetValue(buckets.Key, out var count))
                continue;
            var ordered = buckets.Select(series => (Bound: BoundOf(series), series)).Where(one => !double.IsNaN(one.Bound)).OrderBy(one => one.Bound).ToList();
            yield return new(sum.Labels, [count, sum, .. ordered.Select(one => one.series)], [.. ordered.Select(one => one.Bound)]);
        }
    }

    private static double BoundOf(IStoredSeries series) => series.Labels.FirstOrDefault(label => label.Key == "le").Value switch
    {
        null => double.NaN,
        "+Inf" => double.PositiveInfinity,
        var bound => double.TryParse(bound, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN,
    };

    private static string KeyOf(IReadOnlyList<KeyValuePair<string, string>> labels) =>
        string.Join('\0', labels.Where(label => label.Key != "le").SelectMany(label => new[] { label.Key, label.Value }));

    private void Begin(Utf8JsonWriter json, string name, MetricFamilyInfo family)
    {
        json.WriteStartObject();
        json.WriteStartArray("resourceMetrics"u8);
        json.WriteStartObject();
        json.WriteStartObject("resource"u8);
        WriteAttributes(json, resource);
        json.WriteEndObject();
        json.WriteStartArray("scopeMetrics"u8);
        json.WriteStartObject();
        json.WriteStartArray("metrics"u8);
        json.WriteStartObject();
        json.WriteString("name"u8, name);
        json.WriteString("description"u8, family.Help);
        json.WriteStartObject(family.Type switch { "counter" => "sum"u8, "histogram" => "histogram"u8, _ => "gauge"u8 });
        json.WriteStartArray("dataPoints"u8);
    }

    private static void End(Utf8JsonWriter json, MetricFamilyInfo family)
    {
        json.WriteEndArray();
        if (family.Type is "counter" or "histogram")
            json.WriteNumber("aggregationTemporality"u8, Cumulative);
        if (family.Type is "counter")
            json.WriteBoolean("isMonotonic"u8, true);
        json.WriteEndObject(); // the kind
        json.WriteEndObject(); // the metric
        json.WriteEndArray();
        json.WriteEndObject(); // the scope
        json.WriteEndArray();
        json.WriteEndObject(); // the resource
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteAttributes(Utf8JsonWriter json, IEnumerable<KeyValuePair<string, string>> attributes)
    {
        json.WriteStartArray("attributes"u8);
        foreach (var (key, value) in attributes)
        {
            json.WriteStartObject();
            json.WriteString("key"u8, key);
            json.WriteStartObject("value"u8);
            json.WriteString("stringValue"u8, value);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void WriteTime(Utf8JsonWriter json, long time) =>
        json.WriteString("timeUnixNano"u8, (time * NanosecondsPerMillisecond).ToString(CultureInfo.InvariantCulture));

    // Infinity and NaN are strings in Protocol Buffers' JSON.
    private static void WriteNumber(Utf8JsonWriter json, ReadOnlySpan<byte> name, double value)
    {
        if (double.IsFinite(value))
            json.WriteNumber(name, value);
        else
            json.WriteString(name, double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity");
    }

    /// <summary>The samples that make one OTLP series: one series, or those of a histogram: count, sum, buckets.</summary>
    private sealed record Group(IReadOnlyList<KeyValuePair<string, string>> Labels, IReadOnlyList<IStoredSeries> Parts, double[]? Bounds)
    {
        public void Write(Utf8JsonWriter json, MetricsExport export)
        {
            var exemplars = new Queue<MetricExemplar>(Parts.SelectMany(part => part.Exemplars(export.From, export.To)).OrderBy(one => one.Time));
            var taken = long.MinValue;
            export.Series++;
            foreach (var (time, values) in Together(export.From, export.To))
            {
                if (taken != long.MinValue && time - taken < export.Step)
                    continue;
                taken = time;
                export.Points++;
                json.WriteStartObject();
                WriteAttributes(json, Labels);
                WriteTime(json, time);
                WriteValues(json, values);
                WriteExemplars(json, exemplars, time);
                json.WriteEndObject();
            }
        }

        private void WriteValues(Utf8JsonWriter json, double[] values)
        {
            if (Bounds is null)
            {
                WriteNumber(json, "asDouble"u8, values[0]);
                return;
            }
            json.WriteString("count"u8, values[0].ToString("F0", CultureInfo.InvariantCulture));
            WriteNumber(json, "sum"u8, values[1]);
            json.WriteStartArray("bucketCounts"u8);
            for (var i = 2; i < values.Length; i++)
                json.WriteStringValue(Math.Max(0, values[i] - (i > 2 ? values[i - 1] : 0)).ToString("F0", CultureInfo.InvariantCulture));
            json.WriteEndArray();
            json.WriteStartArray("explicitBounds"u8);
            foreach (var bound in Bounds)
            {
                if (double.IsFinite(bound))
                    json.WriteNumberValue(bound);
            }
            json.WriteEndArray();
        }

        private static void WriteExemplars(Utf8JsonWriter json, Queue<MetricExemplar> exemplars, long time)
        {
            if (!exemplars.TryPeek(out var next) || next.Time > time)
                return;
            json.WriteStartArray("exemplars"u8);
            for (; exemplars.TryPeek(out next) && next.Time <= time; exemplars.Dequeue())
            {
                json.WriteStartObject();
                WriteTime(json, next.Time);
                WriteNumber(json, "asDouble"u8, next.Value);
                json.WriteString("traceId"u8, next.TraceId);
                json.WriteString("spanId"u8, next.SpanId);
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }

        // The values of the moments at which every part has one: the parts of a histogram are read at once.
        private IEnumerable<(long Time, double[] Values)> Together(long first, long last)
        {
            var readers = Parts.Select(part => part.Read(first, last).GetEnumerator()).ToArray();
            try
            {
                if (!Array.TrueForAll(readers, reader => reader.MoveNext()))
                    yield break;
                while (true)
                {
                    var time = readers.Max(reader => reader.Current.Time);
                    foreach (var reader in readers)
                    {
                        while (reader.Current.Time < time)
                        {
                            if (!reader.MoveNext())
                                yield break;
                        }
                    }
                    if (Array.TrueForAll(readers, reader => reader.Current.Time == time))
                    {
                        yield return (time, Array.ConvertAll(readers, reader => reader.Current.Value));
                        if (!Array.TrueForAll(readers, reader => reader.MoveNext()))
                            yield break;
                    }
                }
            }
            finally
            {
                foreach (var reader in readers)
                    reader.Dispose();
            }
        }
    }

    private long From => first;

    private long To => last;
}
