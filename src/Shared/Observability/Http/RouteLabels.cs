using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Observability.Context;
using Observability.Settings;

namespace Observability.Http;

/// <summary>What labels may say of an endpoint: its owner, and its template written <c>/api/users/:id</c>.</summary>
/// <param name="IsUnmatched">Whether no endpoint has answered.</param>
internal sealed record RouteLabels(string Service, string Module, string Path, bool IsUnmatched = false)
{
    public static RouteLabels Of(Endpoint? endpoint, Owners owners)
    {
        if (endpoint is not RouteEndpoint { RoutePattern.PathSegments: var segments })
            return Of(owners.OfNoRoute, "unmatched", isUnmatched: true);
        var path = $"/{string.Join('/', segments.Select(Write))}";
        return Of(owners.OfRoute(path), path, isUnmatched: false);
    }

    private static RouteLabels Of(Owner owner, string path, bool isUnmatched) => new(owner.Service, owner.Module, path, isUnmatched);

    private static string Write(RoutePatternPathSegment segment) => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => $":{parameter.Name}",
        _ => "",
    }));
}
