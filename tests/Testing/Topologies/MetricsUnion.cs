using System.Globalization;

namespace ECommerce.Testing;

/// <summary>
/// One page of metrics made of those of several hosts, as a query over all of them would see it: counters and histograms are added up, and
/// of a gauge that each host reads from the database the maximum is taken (ADR 0039).
/// </summary>
internal static class MetricsUnion
{
    // What each host holds for itself: all hosts together hold the sum.
    private static readonly string[] Held = ["http_active_connections", "password_hashing_waiting", "password_hashing_running"];

    /// <param name="pages">The pages, in the text format or in OpenMetrics.</param>
    /// <param name="isLeftOut">Whether a series of the page with that index is left out.</param>
    public static string Of(IReadOnlyList<string> pages, Func<int, string, bool> isLeftOut)
    {
        Dictionary<string, Family> families = new(StringComparer.Ordinal);
        List<Family> ordered = [];
        var isOpenMetrics = false;
        foreach (var (number, page) in pages.Index())
        {
            Family? family = null;
            foreach (var line in page.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                if (line == "# EOF")
                    isOpenMetrics = true;
                else if (line[0] == '#')
                    family = Declare(line.Split(' ', 4), line);
                else if (!isLeftOut(number, line))
                    family!.Add(line);
            }
        }

        return string.Concat(ordered.SelectMany(family => family.Lines).Append(isOpenMetrics ? "# EOF" : null).OfType<string>().Select(line => line + "\n"));

        Family Declare(string[] words, string line)
        {
            if (!families.TryGetValue(words[2], out var family))
                ordered.Add(families[words[2]] = family = new(words[2]));
            if (words[1] == "TYPE")
                family.IsMaximum = words[3] == "gauge" && !Held.Contains(words[2]);
            family.Declaration.TryAdd(words[1], line);
            return family;
        }
    }

    private sealed class Family(string name)
    {
        private readonly Dictionary<string, string> _samples = new(StringComparer.Ordinal);

        public string Name => name;

        public bool IsMaximum { get; set; }

        public Dictionary<string, string> Declaration { get; } = new(StringComparer.Ordinal);

        public IEnumerable<string> Lines => [.. Declaration.Values, .. _samples.Select(sample => $"{sample.Key} {sample.Value}")];

        public void Add(string line)
        {
            var end = Metrics.EndOfSeries(line);
            var (series, value) = (line[..end], line[(end + 1)..]);
            _samples[series] = _samples.TryGetValue(series, out var other) ? Combine(other.Split(' ', 2), value.Split(' ', 2)) : value;
        }

        // What follows a value is an exemplar; one leads to a trace as well as the other.
        private string Combine(string[] one, string[] other)
        {
            var (left, right) = (Number(one[0]), Number(other[0]));
            var value = (IsMaximum ? Math.Max(left, right) : left + right).ToString(CultureInfo.InvariantCulture);
            return (other.ElementAtOrDefault(1) ?? one.ElementAtOrDefault(1)) is { } exemplar ? $"{value} {exemplar}" : value;
        }

        private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }
}
