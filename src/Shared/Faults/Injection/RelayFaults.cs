using System.Collections.Concurrent;
using System.Diagnostics;
using ECommerce.Messaging;

namespace ECommerce.Faults;

/// <summary>The fault <c>relay_stalled</c>. The batch that a relay takes first when the fault has ended bears its mark, since it waited.</summary>
internal sealed class RelayFaults(FaultInjector faults) : IRelayInterceptor
{
    // Of the modules whose relays were stalled: whether the fault still holds. Each relay asks alone.
    private readonly ConcurrentDictionary<string, bool> _stalled = new(StringComparer.Ordinal);

    public bool MayTake(string module)
    {
        if (faults.TryInject(FaultKinds.RelayStalled, module) is not null)
        {
            _stalled[module] = true;
            return false;
        }

        if (!_stalled.IsEmpty && _stalled.TryGetValue(module, out var holds))
        {
            if (holds)
                _stalled[module] = false;
            else
                _stalled.TryRemove(module, out _); // the read of the outbox that followed it found nothing
        }

        return true;
    }

    public void Taken(string module, Activity? span)
    {
        if (!_stalled.IsEmpty && _stalled.TryRemove(module, out _))
            span?.SetTag(FaultInjector.Mark, FaultKinds.RelayStalled.Name);
    }
}
