using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace ECommerce.Observability.Metrics;

/// <summary>What labels may say of an endpoint: its module's service, and its template written <c>/api/users/:id</c>.</summary>
internal sealed record RouteLabels(string Service, string Module, string Path)
{
    // Its service is not read from the path: whoever invents paths would invent services.
    private static readonly RouteLabels Unmatched = new(ModuleName.Platform.Service, ModuleName.Platform.Name, "unmatched");

    /// <summary>Whether no endpoint of a module or of the host has answered.</summary>
    public bool IsUnmatched => ReferenceEquals(this, Unmatched);

    public static RouteLabels Of(Endpoint? endpoint)
    {
        if (endpoint is not RouteEndpoint { RoutePattern.PathSegments: var segments })
            return Unmatched;

        var parts = segments.Select(Write).ToArray();
        var path = $"/{string.Join('/', parts)}";
        return parts is ["api", var module, ..] && !module.StartsWith(':')
            ? new($"{module}-service", module, path)
            : new(ModuleName.Platform.Service, ModuleName.Platform.Name, path);
    }

    private static string Write(RoutePatternPathSegment segment) => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter => $":{parameter.Name}",
        _ => "",
    }));
}
