using Prometheus;

namespace Observability.Health;

/// <summary>Whether this host wants traffic, apart from whether it is healthy: switched by hand, and off before it stops.</summary>
public sealed class Readiness
{
    internal const string Check = "readiness";

    private readonly Gauge.Child _mirror;
    private volatile string? _reason;

    internal Readiness(Gauge.Child mirror)
    {
        _mirror = mirror;
        Enable();
    }

    /// <summary>Why it wants none; null while it does.</summary>
    public string? Reason => _reason;

    public bool IsEnabled => _reason is null;

    public void Enable()
    {
        _reason = null;
        _mirror.Set(1);
    }

    /// <summary>Takes effect with the next probe. The reason is shown to whoever asks.</summary>
    public void Disable(string reason)
    {
        _reason = reason;
        _mirror.Set(0);
    }
}
