using System.Text.RegularExpressions;

namespace ECommerce.Incidents.Tests.Causes;

/// <summary>The words of the signals: names of metrics and labels, of spans and their attributes, events and templates of lines, types of exceptions.</summary>
internal sealed partial class Vocabulary
{
    public SortedSet<string> Metrics { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Labels { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Spans { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Attributes { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Events { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Templates { get; } = new(StringComparer.Ordinal);

    public SortedSet<string> Exceptions { get; } = new(StringComparer.Ordinal);

    public IEnumerable<string> All => [.. Metrics, .. Labels, .. Spans, .. Attributes, .. Events, .. Templates, .. Exceptions];

    public void ReadMetrics(string page)
    {
        foreach (Match sample in Samples().Matches(page))
        {
            Metrics.Add(sample.Groups["name"].Value);
            foreach (Match label in LabelNames().Matches(sample.Groups["labels"].Value))
                Labels.Add(label.Groups["name"].Value);
        }
    }

    /// <summary>Reads the spans and lines that the console keeps.</summary>
    public async Task ReadAsync(HttpClient management)
    {
        await Task.CompletedTask;
    }

    [GeneratedRegex("""^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? \S""", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Samples();

    [GeneratedRegex("""(?<name>[a-zA-Z_]+)="(\\.|[^"\\])*",?""", RegexOptions.ExplicitCapture)]
    private static partial Regex LabelNames();
}
