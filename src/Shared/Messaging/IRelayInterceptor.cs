using System.Diagnostics;

namespace ECommerce.Messaging;

/// <summary>Interceptor of the relays. Interceptors are registered as singletons; each relay resolves the chain once.</summary>
public interface IRelayInterceptor
{
    /// <summary>Asked before the relay of a module reads its outbox.</summary>
    /// <returns>False when the relay must take no rows this time.</returns>
    bool MayTake(string module);

    /// <summary>Runs when the relay has taken rows, in the span of the batch.</summary>
    void Taken(string module, Activity? span);
}
