namespace ECommerce.Observability.Health;

/// <summary>Whether this host wants traffic, apart from whether it is healthy: switched by hand, and off before it stops.</summary>
public sealed class Readiness
{
    private volatile string? reason;

    /// <summary>Why it wants none; null while it does.</summary>
    public string? Reason => reason;

    public bool IsEnabled => reason is null;

    public void Enable() => reason = null;

    /// <summary>Takes effect with the next probe. The reason is shown to whoever asks.</summary>
    public void Disable(string reason) => this.reason = reason;
}
