using System.Globalization;

namespace ECommerce.Testing;

/// <summary>One page of <c>/metrics</c>, read: the value of each series by its text, <c>orders_placed_total</c> or <c>payments_total{outcome="captured"}</c>.</summary>
public sealed class Metrics
{
    private readonly Dictionary<string, double> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _counting = new(StringComparer.Ordinal);

    private Metrics()
    {
    }

    /// <summary>0 for a series that has not appeared yet.</summary>
    public double this[string series] => _values.GetValueOrDefault(series);

    public IReadOnlyDictionary<string, double> Values => _values;

    /// <summary>Reads the text format 0.0.4, or OpenMetrics 1.0 without its timestamps and exemplars.</summary>
    public static Metrics Parse(string exposition)
    {
        ArgumentNullException.ThrowIfNull(exposition);
        var metrics = new Metrics();
        var types = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in exposition.Split('\n'))
        {
            if (line.Split(' ') is ["#", "TYPE", var family, var type])
                types[family] = type;
            if (line.Length == 0 || line[0] == '#')
                continue;
            var end = EndOfSeries(line);
            var series = line[..end];
            metrics._values[series] = double.Parse(line[(end + 1)..].Split(' ')[0], CultureInfo.InvariantCulture);
            var name = series.Split('{')[0];
            // OpenMetrics declares a counter without the suffix of its samples.
            if (types.GetValueOrDefault(name) == "counter" || (name.EndsWith("_total", StringComparison.Ordinal) && types.GetValueOrDefault(name[..^6]) == "counter")
                || (name.EndsWith("_count", StringComparison.Ordinal) && types.GetValueOrDefault(name[..^6]) == "histogram"))
                metrics._counting.Add(series);
        }

        return metrics;
    }

    // The first space that stands in no label's value.
    internal static int EndOfSeries(string line)
    {
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (isQuoted && line[i] == '\\')
                i++;
            else if (line[i] == '"')
                isQuoted = !isQuoted;
            else if (line[i] == ' ' && !isQuoted)
                return i;
        }

        throw new FormatException($"is no sample: {line}");
    }

    /// <summary>What has grown since: counters, and how often histograms were observed. Ordered by series.</summary>
    public IReadOnlyDictionary<string, double> Since(Metrics before)
    {
        ArgumentNullException.ThrowIfNull(before);
        return new SortedDictionary<string, double>(
            _counting.Where(series => this[series] != before[series]).ToDictionary(series => series, series => Math.Round(this[series] - before[series], 6)),
            StringComparer.Ordinal);
    }
}
