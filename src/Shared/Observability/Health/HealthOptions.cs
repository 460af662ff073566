using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace Observability.Health;

/// <summary>The settings of the health checks.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    [Description("Whether a degraded host answers 503 instead of 200.")]
    public bool DegradedIsUnhealthy { get; set; }

    [Description("The time limit of a check, in seconds. A check that takes longer counts as unhealthy.")]
    [Range(0.05, 60)]
    public double TimeoutSeconds { get; set; } = 2;

    [Description("How long the result of a check is cached, in seconds, so that frequent probes cause no load.")]
    [Range(0, 60)]
    public double CacheSeconds { get; set; } = 1;

    [Description("Free bytes on the volume that the host writes to, below which the check `disk` is degraded.")]
    [Range(typeof(long), "0", "9223372036854775807")]
    public long DiskDegradedBytes { get; set; } = 1024 * 1024 * 1024;

    [Description("Free bytes on the volume that the host writes to, below which the check `disk` is unhealthy.")]
    [Range(typeof(long), "0", "9223372036854775807")]
    public long DiskUnhealthyBytes { get; set; } = 128 * 1024 * 1024;
}
