using System.Net;

namespace ECommerce.Testing;

/// <summary>Sends each request to the host of its module, as the gateway does (<c>deploy/krakend/gateway.yml</c>).</summary>
/// <param name="hosts">The public address of a module's host; null when no host has such a module.</param>
public sealed class Gateway(Func<string, Uri?> hosts) : DelegatingHandler
{
    /// <summary>The module whose host serves what belongs to no module.</summary>
    public const string OfNoModule = "users";

    private const string Keys = "/.well-known/jwks.json";

    /// <summary>
    /// The module whose host serves a path. The keys of tokens are served by every host, and here by that of Orders: what the host of Users
    /// counts at this path are then the other hosts that fetch its keys (<see cref="Hop"/>).
    /// </summary>
    public static string ModuleOf(string path) => path.Split('/', '?') is ["", "api", var module, ..] ? module : path == Keys ? "orders" : OfNoModule;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var path = request.RequestUri!.AbsolutePath;
        request.RequestUri = new((hosts(ModuleOf(path)) ?? hosts(OfNoModule))!, request.RequestUri.PathAndQuery);
        var answer = await base.SendAsync(request, cancellationToken);
        // A host describes its own modules. The whole description is a file of the release (ADR 0052).
        if (path == "/openapi/v1.json" && answer.StatusCode is HttpStatusCode.OK && request.Method == HttpMethod.Get)
            answer.Content = new StringContent(await File.ReadAllTextAsync(Repository.PathOf("docs/api/openapi.json"), cancellationToken), null, "application/json");
        return answer;
    }
}
