using System.Text.RegularExpressions;
using ECommerce.Testing;

namespace ECommerce.Incidents.Watching;

/// <summary>Requests of a module as counted at a time: all, those answered 5xx, and those answered otherwise after more than half a second.</summary>
internal sealed record Counted(double Requests, double Errors, double Slow);

/// <summary>
/// Whether the shop meets its objectives over a stretch of time, from its own counters. The bounds are those of the alerts that page: a
/// budget that burns 14.4 times too fast, and five bad requests or more.
/// </summary>
internal sealed partial class ObjectiveWindow
{
    public const double MostErrors = 14.4 * 0.001;
    public const double MostSlow = 14.4 * 0.01;
    private const double FewBad = 5;
    private const double LeastTraffic = 0.4;
    private static readonly TimeSpan Kept = TimeSpan.FromMinutes(20);

    private readonly List<(DateTimeOffset At, IReadOnlyDictionary<string, Counted>? New)> _samples = [];
    private IReadOnlyDictionary<string, Counted> _last = new Dictionary<string, Counted>();
    private bool _isFirst = true;

    /// <summary>Adds what the host answered; null when it did not.</summary>
    public void Add(DateTimeOffset at, Metrics? page)
    {
        if (page is null)
        {
            _samples.Add((at, null));
        }
        else
        {
            var counted = Read(page);
            // A counter that has become smaller belongs to the next host.
            var since = counted.ToDictionary(module => module.Key, module => Since(module.Value, _last.GetValueOrDefault(module.Key)));
            _samples.Add((at, _isFirst ? new Dictionary<string, Counted>() : since));
            (_last, _isFirst) = (counted, false);
        }

        _samples.RemoveAll(sample => sample.At < at - Kept);
    }

    /// <summary>Requests a second between two times.</summary>
    public double RateBetween(DateTimeOffset from, DateTimeOffset to) =>
        Between(from, to).Sum(sample => sample.New?.Values.Sum(module => module.Requests) ?? 0) / Math.Max(1, (to - from).TotalSeconds);

    /// <summary>Why the objectives were not met between two times; empty when they were.</summary>
    /// <param name="usual">Requests a second when all was well; a shop that hardly anybody reaches meets no objective.</param>
    public IReadOnlyList<string> BrokenBetween(DateTimeOffset from, DateTimeOffset to, double usual)
    {
        var samples = Between(from, to).ToList();
        var broken = new List<string>();
        if (samples.Count == 0 || samples.Any(sample => sample.New is null))
            broken.Add("the host did not answer");
        if (RateBetween(from, to) < usual * LeastTraffic)
            broken.Add("fewer requests arrive than usual");
        foreach (var module in samples.SelectMany(sample => sample.New ?? new Dictionary<string, Counted>()).GroupBy(module => module.Key))
        {
            var (requests, errors, slow) = (module.Sum(one => one.Value.Requests), module.Sum(one => one.Value.Errors), module.Sum(one => one.Value.Slow));
            if (errors >= FewBad && errors > requests * MostErrors)
                broken.Add($"{module.Key}: requests fail");
            if (slow >= FewBad && slow > (requests - errors) * MostSlow)
                broken.Add($"{module.Key}: requests are slow");
        }

        return broken;
    }

    private IEnumerable<(DateTimeOffset At, IReadOnlyDictionary<string, Counted>? New)> Between(DateTimeOffset from, DateTimeOffset to) =>
        _samples.Where(sample => sample.At > from && sample.At <= to);

    private static Counted Since(Counted now, Counted? last) => last is null || now.Requests < last.Requests
        ? now
        : new(now.Requests - last.Requests, Math.Max(0, now.Errors - last.Errors), Math.Max(0, now.Slow - last.Slow));

    private static Dictionary<string, Counted> Read(Metrics page)
    {
        var counted = new Dictionary<string, Counted>();
        foreach (var (series, value) in page.Values)
        {
            if (Series().Match(series) is not { Success: true } match)
                continue;
            var (name, isError) = (match.Groups["name"].Value, match.Groups["status"].Value[0] == '5');
            var module = counted.GetValueOrDefault(match.Groups["module"].Value, new(0, 0, 0));
            counted[match.Groups["module"].Value] = name switch
            {
                "http_requests_total" => module with { Requests = module.Requests + value, Errors = module.Errors + (isError ? value : 0) },
                "http_request_duration_seconds_count" when !isError => module with { Slow = module.Slow + value },
                "http_request_duration_seconds_bucket" when !isError && match.Groups["le"].Value == "0.5" => module with { Slow = module.Slow - value },
                _ => module,
            };
        }

        return counted;
    }

    [GeneratedRegex(
        """^(?<name>http_requests_total|http_request_duration_seconds_(count|bucket))\{service="(?<module>\w+)-service",.*status="(?<status>\d+)"(,le="(?<le>[^"]+)")?\}$""",
        RegexOptions.ExplicitCapture)]
    private static partial Regex Series();
}
