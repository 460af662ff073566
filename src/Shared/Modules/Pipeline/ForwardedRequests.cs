namespace ECommerce.Modules;

/// <summary>A type of request that another host handles. Registered as a singleton.</summary>
public sealed record ForwardedRequest(Type Type);

/// <summary>
/// The types of requests that other hosts handle. The pipeline passes them on: the host that handles a request records its span, its
/// histogram and its log line, and validates it.
/// </summary>
internal sealed class ForwardedRequests(IEnumerable<ForwardedRequest> requests)
{
    private readonly HashSet<Type> _types = [.. requests.Select(request => request.Type)];

    public bool Contains(Type request) => _types.Contains(request);
}
