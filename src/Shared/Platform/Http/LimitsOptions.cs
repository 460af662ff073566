using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Platform.Http;

/// <summary>How much the host takes on before it says no (section <c>Limits</c>).</summary>
public sealed class LimitsOptions
{
    [Description("Requests a second that one client address may send in the long run.")]
    [Range(1, 1_000_000)]
    public int RequestsPerSecond { get; set; } = 500;

    [Description("Requests that one client address may send at once before the rate counts.")]
    [Range(1, 1_000_000)]
    public int Burst { get; set; } = 1000;

    [Description("Requests in work at once, of all clients; more are refused with 503.")]
    [Range(1, 100_000)]
    public int Concurrency { get; set; } = 200;

    [Description("The largest body, in bytes.")]
    [Range(1024, 1_073_741_824)]
    public int BodyBytes { get; set; } = 1_048_576;

    [Description("How long a request may take before it is given up with 504.")]
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Failed logins a minute, for one account or from one address, before logging in is refused with 429.")]
    [Range(1, 100_000)]
    public int FailedLoginsPerMinute { get; set; } = 10;
}
