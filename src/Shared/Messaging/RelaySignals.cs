using System.Collections.Concurrent;

namespace ECommerce.Messaging;

/// <summary>Wakes the relays of this process: an event was committed, a row was acknowledged, a transport is back.</summary>
public sealed class RelaySignals : IDisposable
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _signals = new(StringComparer.Ordinal);

    /// <summary>Wakes the relay of a module, or lets it run once more if it runs.</summary>
    public void Wake(string module)
    {
        var signal = Of(module);
        if (signal.CurrentCount > 0)
            return;
        try
        {
            signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Another signal has woken the relay.
        }
    }

    internal Task WaitAsync(string module, TimeSpan atMost, CancellationToken ct) => Of(module).WaitAsync(atMost, ct);

    public void Dispose()
    {
        foreach (var signal in _signals.Values)
            signal.Dispose();
    }

    private SemaphoreSlim Of(string module) => _signals.GetOrAdd(module, static _ => new(0, 1));
}
