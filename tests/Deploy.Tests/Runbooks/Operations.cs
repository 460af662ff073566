using System.Text.RegularExpressions;
using ECommerce.Web;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Deploy.Tests.Runbooks;

/// <summary>One thing that can be asked of a host.</summary>
/// <param name="Route">As its span is named: <c>/api/orders/{id}</c>.</param>
internal sealed partial record Operation(string Method, string Route, Listener Listeners, bool NeedsKey)
{
    /// <summary>Whether a path, or a route as a page writes it, is this one.</summary>
    public bool Is(string method, string path) => method == Method && Regex.IsMatch(path, $"^{Parameter().Replace(Route, "[^/]+")}$");

    [GeneratedRegex(@"\{[^}]+\}")]
    private static partial Regex Parameter();
}

internal static class Operations
{
    public static IReadOnlyList<Operation> Of(ShopFixture shop) =>
    [
        .. from endpoint in shop.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
           from method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]
           select new Operation(method, $"/{endpoint.RoutePattern.RawText!.Trim('/')}", endpoint.Metadata.Listeners(), endpoint.Metadata.GetMetadata<ManagementKeyRequired>() is not null),
    ];
}
