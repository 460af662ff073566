using ECommerce.Modules;

namespace ECommerce.Topology;

/// <summary>The message handler next to the connection: runs the interceptors of calls around one exchange with the host of a module.</summary>
internal sealed class InterceptedExchange(string module, IEnumerable<IContractCallInterceptor> interceptors) : DelegatingHandler
{
    private readonly IContractCallInterceptor[] _interceptors = [.. interceptors];

    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => RunAsync(0, request, cancellationToken);

    private Task<HttpResponseMessage> RunAsync(int at, HttpRequestMessage request, CancellationToken ct)
    {
        for (; at < _interceptors.Length; at++)
        {
            if (!_interceptors[at].IsActive)
                continue;
            var next = at + 1;
            return _interceptors[at].ExchangeAsync(module, request, (sent, token) => RunAsync(next, sent, token), ct);
        }

        return base.SendAsync(request, ct);
    }
}
