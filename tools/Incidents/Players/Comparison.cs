using System.Text.RegularExpressions;
using ECommerce.Testing;

namespace ECommerce.Incidents.Players;

/// <summary>What the host's metrics say of two stretches of time. A host that was replaced begins at 0.</summary>
internal sealed partial class Comparison
{
    private readonly List<(DateTimeOffset At, Metrics Page, double Started)> _pages = [];

    public void Add(DateTimeOffset at, Metrics page) => _pages.Add((at, page, page["process_start_time_seconds"]));

    /// <summary>The versions that were seen, in order.</summary>
    public IReadOnlyList<string> Versions => [.. _pages.Select(page => VersionOf(page.Page)).Where(version => version is not null).Select(version => version!).Distinct()];

    /// <summary>A counter's increase between two times, within the last host that served by then; of all series whose text has every part.</summary>
    public double Increase(DateTimeOffset from, DateTimeOffset to, string family, params string[] parts)
    {
        var pages = WithinOneHost(from, to);
        if (pages.Count < 2)
            return 0;
        var first = Sum(pages[0].Page, family, parts);
        return Math.Max(0, Sum(pages[^1].Page, family, parts) - first);
    }

    /// <summary>The mean of a histogram's observations between two times, in seconds; null when there are too few.</summary>
    public double? Mean(DateTimeOffset from, DateTimeOffset to, string histogram, params string[] parts)
    {
        var count = Increase(from, to, $"{histogram}_count", parts);
        return count < 3 ? null : Increase(from, to, $"{histogram}_sum", parts) / count;
    }

    /// <summary>A gauge's growth a second between two times, within one host.</summary>
    public double Growth(DateTimeOffset from, DateTimeOffset to, string gauge, params string[] parts)
    {
        var pages = WithinOneHost(from, to);
        return pages.Count < 2 ? 0 : (Sum(pages[^1].Page, gauge, parts) - Sum(pages[0].Page, gauge, parts)) / Math.Max(1, (pages[^1].At - pages[0].At).TotalSeconds);
    }

    /// <summary>The commands and queries that the last page has, as module and slice.</summary>
    public IReadOnlyList<(string Module, string Command)> Commands => _pages.Count == 0
        ? []
        : [.. _pages[^1].Page.Values.Keys.Select(series => Command().Match(series)).Where(match => match.Success)
            .Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Distinct()];

    /// <summary>When the current host was first seen; null when it was there from the beginning.</summary>
    public DateTimeOffset? Replaced => _pages.Count == 0 || _pages[0].Started == _pages[^1].Started ? null : _pages.First(page => page.Started == _pages[^1].Started).At;

    private List<(DateTimeOffset At, Metrics Page, double Started)> WithinOneHost(DateTimeOffset from, DateTimeOffset to)
    {
        var pages = _pages.Where(page => page.At >= from && page.At <= to).ToList();
        return pages.Count == 0 ? pages : [.. pages.Where(page => page.Started == pages[^1].Started)];
    }

    private static double Sum(Metrics page, string family, string[] parts) => page.Values
        .Where(series => IsOf(series.Key, family) && parts.All(part => series.Key.Contains(part, StringComparison.Ordinal)))
        .Sum(series => series.Value);

    private static bool IsOf(string series, string family) =>
        series.StartsWith(family, StringComparison.Ordinal) && (series.Length == family.Length || series[family.Length] == '{');

    private static string? VersionOf(Metrics page) =>
        page.Values.Keys.Select(series => Version().Match(series)).FirstOrDefault(match => match.Success)?.Groups[1].Value;

    [GeneratedRegex("""^build_info\{version="([^"]*)".*""")]
    private static partial Regex Version();

    [GeneratedRegex("""^command_duration_seconds_count\{module="(\w+)",command="(\w+)",kind="(?:command|query)".*""")]
    private static partial Regex Command();
}
