using Observability.Settings;

namespace Observability.Health;

/// <summary>The probes that a check can join, by its tag.</summary>
public static class HealthTags
{
    /// <summary>Behind <c>/health/ready</c>: may this host get traffic now?</summary>
    public const string Ready = "ready";

    /// <summary>Behind <c>/health/startup</c>: has it finished starting?</summary>
    public const string Startup = "startup";

    /// <summary>The check's details are shown to operators only (<see cref="ObservabilitySettings.IsOperators"/>).</summary>
    public const string ForOperators = "for-operators";
}
