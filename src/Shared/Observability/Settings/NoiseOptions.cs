using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Settings;

/// <summary>How much of what anybody can cause without limit is told one by one (section <c>Noise</c>). Metrics count all of it.</summary>
public sealed class NoiseOptions
{
    public const string Section = "Noise";

    [Description("Requests a second that are refused by a limit, and as many without a route, that leave a completion line and a server span; all others are counted in `http_requests_untold_total`.")]
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 10;

    [Description("Such requests that may be told at once before the rate counts.")]
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 20;

    [Description("How soon a line `requests.untold` sums up what was not told.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan SummaryInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Description("How long after a stack trace was written the same one is left out of log lines and counted instead.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan StackInterval { get; set; } = TimeSpan.FromMinutes(1);
}
