using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.Signals.Tests.Exposition;

/// <summary>A page of OpenMetrics 1.0, read as strictly as the specification allows; the first offence is thrown with its line.</summary>
internal sealed partial class OpenMetricsPage
{
    private static readonly Dictionary<string, string[]> Suffixes = new(StringComparer.Ordinal)
    {
        ["counter"] = ["_total", "_created"],
        ["gauge"] = [""],
        ["unknown"] = [""],
        ["info"] = ["_info"],
        ["stateset"] = [""],
        ["summary"] = ["", "_count", "_sum", "_created"],
        ["histogram"] = ["_bucket", "_count", "_sum", "_created"],
        ["gaugehistogram"] = ["_bucket", "_gcount", "_gsum"],
    };

    private readonly List<Family> _families = [];
    private readonly HashSet<string> _series = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public IReadOnlyList<Family> Families => _families;

    public IEnumerable<Sample> Samples => _families.SelectMany(family => family.Samples);

    /// <param name="text">The page.</param>
    /// <exception cref="FormatException">It is no such page; the message names the line.</exception>
    public static OpenMetricsPage Parse(string text)
    {
        if (text.Contains("\r\n", StringComparison.Ordinal))
            throw new FormatException("lines end in one line feed");
        if (!text.EndsWith("\n# EOF\n", StringComparison.Ordinal) && text != "# EOF\n")
            throw new FormatException("the last line is not # EOF");

        var page = new OpenMetricsPage();
        var lines = text.Split('\n')[..^2];
        foreach (var (number, line) in lines.Index())
        {
            try
            {
                page.Read(line);
            }
            catch (FormatException offence)
            {
                throw new FormatException($"line {number + 1}: {offence.Message}: {line}", offence);
            }
        }

        page.Finish();
        return page;
    }

    private void Read(string line)
    {
        if (!line.StartsWith('#'))
        {
            Add(Sample.Parse(line));
            return;
        }

        if (Descriptor().Match(line) is not { Success: true } match)
            throw new FormatException("neither TYPE nor HELP nor UNIT");
        var (kind, name, rest) = (match.Groups["kind"].Value, match.Groups["name"].Value, match.Groups["rest"].Value);
        if (_families is not [.., { Name: var current }] || current != name)
            Begin(name);
        var family = _families[^1];
        if (family.Samples.Count > 0)
            throw new FormatException($"{kind} stands behind its samples");
        if (!family.Descriptors.TryAdd(kind, rest))
            throw new FormatException($"a second {kind}");
        if (kind == "TYPE" && !Suffixes.ContainsKey(rest))
            throw new FormatException("no such type");
        if (kind == "UNIT" && rest.Length > 0 && !name.EndsWith($"_{rest}", StringComparison.Ordinal))
            throw new FormatException("the name does not end in its unit");
        if (kind == "HELP")
            Sample.Unescape(rest);
    }

    private void Begin(string name)
    {
        Finish();
        if (_families.Any(family => family.Name == name))
            throw new FormatException($"{name} is taken up again");
        _families.Add(new(name));
    }

    private void Add(Sample sample)
    {
        if (_families is not [.., var family])
            throw new FormatException("a sample of no family");
        if (!sample.Name.StartsWith(family.Name, StringComparison.Ordinal) || !Suffixes[family.Type].Contains(sample.Name[family.Name.Length..]))
            throw new FormatException($"no sample of the {family.Type} {family.Name}");
        if (!_series.Add(sample.Series))
            throw new FormatException("the series is there already");
        if (sample.Exemplar is { } exemplar)
            Check(exemplar, sample);
        family.Add(sample);
    }

    private static void Check(Exemplar exemplar, Sample of)
    {
        if (!of.Name.EndsWith("_total", StringComparison.Ordinal) && !of.Name.EndsWith("_bucket", StringComparison.Ordinal))
            throw new FormatException("only counters and buckets have exemplars");
        var runes = exemplar.Labels.Sum(label => Runes(label.Key) + Runes(label.Value));
        if (runes > 128)
            throw new FormatException($"an exemplar of {runes} characters");
        if (of["le"] is { } bound && exemplar.Value > Family.Bound(bound))
            throw new FormatException("the exemplar lies outside of its bucket");
    }

    private void Finish()
    {
        if (_families is not [.., var family])
            return;
        family.Check();
        // Two families must not share a sample's name: http_total is a counter's http and a gauge's http_total.
        foreach (var suffix in Suffixes[family.Type])
        {
            if (!_names.Add(family.Name + suffix))
                throw new FormatException($"{family.Name}{suffix} belongs to another family too");
        }
    }

    private static int Runes(string text) => text.EnumerateRunes().Count();

    [GeneratedRegex(@"^# (?<kind>TYPE|HELP|UNIT) (?<name>[a-zA-Z_:][a-zA-Z0-9_:]*) (?<rest>.*)$")]
    private static partial Regex Descriptor();

    /// <summary>All samples under one name.</summary>
    internal sealed class Family(string name)
    {
        private readonly List<Sample> _samples = [];
        private readonly HashSet<string> _finished = new(StringComparer.Ordinal);
        private string? _metric;

        public string Name => name;

        public Dictionary<string, string> Descriptors { get; } = new(StringComparer.Ordinal);

        public string Type => Descriptors.GetValueOrDefault("TYPE", "unknown");

        public IReadOnlyList<Sample> Samples => _samples;

        public void Add(Sample sample)
        {
            var metric = sample.Identity(except: Type switch { "histogram" or "gaugehistogram" => "le", "summary" => "quantile", _ => null });
            if (_metric is not null && metric != _metric)
                _finished.Add(_metric);
            if (_finished.Contains(metric))
                throw new FormatException("the metric is taken up again");
            _metric = metric;
            if (Type is "counter" or "histogram" && !(sample.Value >= 0))
                throw new FormatException($"{sample.Value.ToString(CultureInfo.InvariantCulture)} cannot be counted to");
            _samples.Add(sample);
        }

        public void Check()
        {
            if (Type == "histogram")
            {
                foreach (var histogram in _samples.GroupBy(sample => sample.Identity(except: "le")))
                    CheckHistogram([.. histogram]);
            }
        }

        /// <exception cref="FormatException">It is not written as a number with a point, or +Inf.</exception>
        public static double Bound(string le) => le == "+Inf" ? double.PositiveInfinity
            : Float().IsMatch(le) ? double.Parse(le, CultureInfo.InvariantCulture)
            : throw new FormatException($"le=\"{le}\" is no float");

        private void CheckHistogram(Sample[] samples)
        {
            Sample[] buckets = [.. samples.Where(sample => sample.Name == $"{name}_bucket")];
            double[] bounds = [.. buckets.Select(bucket => Bound(bucket["le"] ?? throw new FormatException($"{name}: a bucket without le")))];
            if (bounds is not [.., double.PositiveInfinity])
                throw new FormatException($"{name}: the last bucket is not +Inf");
            if (!bounds.SequenceEqual(bounds.Order()))
                throw new FormatException($"{name}: buckets are not sorted");
            if (!buckets.Select(bucket => bucket.Value).SequenceEqual(buckets.Select(bucket => bucket.Value).Order()))
                throw new FormatException($"{name}: buckets are not cumulative");
            var (count, sum) = (samples.SingleOrDefault(sample => sample.Name == $"{name}_count"), samples.SingleOrDefault(sample => sample.Name == $"{name}_sum"));
            if ((count is null) != (sum is null))
                throw new FormatException($"{name}: sum and count come together");
            if (count is not null && count.Value != buckets[^1].Value)
                throw new FormatException($"{name}: the count is not that of the last bucket");
        }
    }

    [GeneratedRegex(@"^-?[0-9]+\.[0-9]+([eE][+-]?[0-9]+)?$|^-?[0-9]+(\.[0-9]+)?[eE][+-]?[0-9]+$")]
    private static partial Regex Float();
}
