using Observability.Settings;

namespace Observability.Health;

/// <summary>The tags of health checks. A tag assigns a check to a probe.</summary>
public static class HealthTags
{
    /// <summary>Readiness, <c>/health/ready</c>: whether the host can serve requests now.</summary>
    public const string Ready = "ready";

    /// <summary>Startup, <c>/health/startup</c>: whether the host has finished starting.</summary>
    public const string Startup = "startup";

    /// <summary>Checks whose details are shown to operators only (<see cref="ObservabilitySettings.IsOperators"/>).</summary>
    public const string ForOperators = "for-operators";
}
