using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Health;

/// <summary>How the health endpoints judge.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    [Description("Whether a degraded host answers 503 instead of 200.")]
    public bool DegradedIsUnhealthy { get; set; }

    [Description("How many seconds a check may take before it counts as unhealthy.")]
    [Range(0.05, 60)]
    public double TimeoutSeconds { get; set; } = 2;

    [Description("For how many seconds a result is given again instead of checking anew, so that probes cannot become load.")]
    [Range(0, 60)]
    public double CacheSeconds { get; set; } = 1;

    [Description("With fewer free bytes than these on the disk that the host writes to, it is degraded.")]
    [Range(typeof(long), "0", "9223372036854775807")]
    public long DiskDegradedBytes { get; set; } = 1024 * 1024 * 1024;

    [Description("With fewer free bytes than these on the disk that the host writes to, it is unhealthy.")]
    [Range(typeof(long), "0", "9223372036854775807")]
    public long DiskUnhealthyBytes { get; set; } = 128 * 1024 * 1024;
}
