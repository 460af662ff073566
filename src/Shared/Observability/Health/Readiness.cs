using Prometheus;

namespace Observability.Health;

/// <summary>The part of readiness that is not a health check: an operator switches it, and it is off before the host stops.</summary>
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

    /// <summary>Why the host is not ready; null while it is.</summary>
    public string? Reason => _reason;

    public bool IsEnabled => _reason is null;

    public void Enable()
    {
        _reason = null;
        _mirror.Set(1);
    }

    /// <summary>Makes the next readiness probe answer 503. The reason is part of the answer.</summary>
    public void Disable(string reason)
    {
        _reason = reason;
        _mirror.Set(0);
    }
}
