using Prometheus;

namespace ECommerce.Observability.Health;

/// <summary>Whether this host wants traffic, apart from whether it is healthy: switched by hand, and off before it stops.</summary>
public sealed class Readiness
{
    internal const string Check = "readiness";

    private readonly Gauge.Child mirror;
    private volatile string? reason;

    internal Readiness(Gauge.Child mirror)
    {
        this.mirror = mirror;
        Enable();
    }

    /// <summary>Why it wants none; null while it does.</summary>
    public string? Reason => reason;

    public bool IsEnabled => reason is null;

    public void Enable()
    {
        reason = null;
        mirror.Set(1);
    }

    /// <summary>Takes effect with the next probe. The reason is shown to whoever asks.</summary>
    public void Disable(string reason)
    {
        this.reason = reason;
        mirror.Set(0);
    }
}
