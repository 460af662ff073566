using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Observability.Console.Settings;

namespace Observability.Console.Mcp;

/// <summary>The answer of an endpoint of the API.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Text">The body.</param>
internal readonly record struct ApiAnswer(int Status, string Text);

/// <summary>
/// Calls an endpoint of the console's API in process, so that a tool has the parameters, limits and answers of the API and none of its own. The
/// caller has been let in at the address of the tools.
/// </summary>
internal sealed class ApiCaller(EndpointDataSource endpoints, ConsoleSettings settings, IServiceProvider services)
{
    /// <param name="route">The pattern of the endpoint below the path of the API.</param>
    /// <param name="parameters">The values of the query; those without a value are left out.</param>
    /// <param name="values">The values of the route.</param>
    /// <param name="cancellation">Ends the call.</param>
    public async Task<ApiAnswer> GetAsync(string route, IEnumerable<(string Name, string? Value)> parameters, RouteValueDictionary values, CancellationToken cancellation)
    {
        if (Find(route) is not { RequestDelegate: { } run })
            return new(StatusCodes.Status404NotFound, "This host has no such data.");
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { RequestServices = services, RequestAborted = cancellation };
        context.Request.Method = HttpMethods.Get;
        context.Request.Path = settings.ApiPath + values.Aggregate(
            route, (path, value) => path.Replace($"{{{value.Key}}}", Convert.ToString(value.Value, CultureInfo.InvariantCulture), StringComparison.Ordinal));
        context.Request.RouteValues = values;
        var given = parameters.Where(one => !string.IsNullOrEmpty(one.Value)).Select(one => KeyValuePair.Create(one.Name, one.Value!));
        context.Request.QueryString = new QueryBuilder(given).ToQueryString();
        var feature = new StreamResponseBodyFeature(body);
        context.Features.Set<IHttpResponseBodyFeature>(feature);
        await run(context);
        await feature.CompleteAsync();
        return new(context.Response.StatusCode, Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length));
    }

    private RouteEndpoint? Find(string route) => endpoints.Endpoints.OfType<RouteEndpoint>().FirstOrDefault(endpoint =>
        endpoint.RoutePattern.RawText == settings.ApiPath + route
        && endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains(HttpMethods.Get) == true);
}
