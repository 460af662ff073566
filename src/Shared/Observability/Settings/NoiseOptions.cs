using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Settings;

/// <summary>
/// The limits on the telemetry of requests that anybody can send without limit (section <c>Noise</c>). Metrics count every request.
/// </summary>
public sealed class NoiseOptions
{
    public const string Section = "Noise";

    [Description("The rate of requests refused by a limit, and likewise of requests without a route, that are logged and traced, a second. Requests beyond it are only counted, in `http_requests_untold_total`.")]
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 10;

    [Description("The burst of such requests that are logged and traced before the rate applies.")]
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 20;

    [Description("The delay after which a line `requests.untold` summarises the requests that were only counted.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "01:00:00")]
    public TimeSpan SummaryInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Description("The interval in which a stack trace is written once. Within it, lines with the same stack trace carry a count instead.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "1.00:00:00")]
    public TimeSpan StackInterval { get; set; } = TimeSpan.FromMinutes(1);
}
