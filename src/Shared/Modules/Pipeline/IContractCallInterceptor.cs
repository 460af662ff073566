namespace ECommerce.Modules;

/// <summary>
/// Interceptor of the exchanges with modules in other hosts, at the transport: below the client's retries, time limits, circuit breaker and
/// metrics, so that these see its effects as those of a network. Interceptors are registered as singletons; the chain is resolved once for
/// each client, in the order of registration. Where one host holds all modules, nothing asks them.
/// </summary>
public interface IContractCallInterceptor
{
    /// <summary>Asked at every attempt, so that an interceptor with nothing to do costs one read.</summary>
    bool IsActive { get; }

    /// <summary>Runs one exchange in place of the connection, which is next.</summary>
    /// <param name="module">The module that is called.</param>
    /// <param name="request">The request of one attempt.</param>
    /// <param name="next">Sends the request and returns the answer when its headers have arrived.</param>
    /// <param name="ct">Ends the attempt.</param>
    Task<HttpResponseMessage> ExchangeAsync(
        string module, HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> next, CancellationToken ct);
}
