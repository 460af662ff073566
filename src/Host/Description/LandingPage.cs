using ECommerce.Host.Operations;
using ECommerce.Web;

namespace ECommerce.Host.Description;

/// <summary>The landing page of the host, for people who open it in a browser.</summary>
internal static class LandingPage
{
    private sealed record Index(string Name, string Docs, string Description, string Products, string Problems, string Health, string Version);

    private static readonly Index Links = new("ECommerce", "/docs", "/openapi/v1.json", "/api/products", "/problems", "/health", "/version");

    private static readonly string Body = $"""
        <p>A shop that shows what it does: modules in one host, every request told by a trace, a metric and a log line.</p>
        <ul>
          <li>{BrowserPage.Link(Links.Docs, "Browse the API")}, or read its {BrowserPage.Link(Links.Description, "OpenAPI description")}</li>
          <li>{BrowserPage.Link(Links.Products, "See the products")}</li>
          <li>{BrowserPage.Link(Links.Problems, "Look up a refusal")}</li>
          <li>{BrowserPage.Link(Links.Health, "Ask how the host is")}, or {BrowserPage.Link(Links.Version, "which version it runs")}</li>
        </ul>
        """;

    // The root path of both listeners, which share one route table.
    public static void MapLandingPage(this IEndpointRouteBuilder app) => app
        .MapGet("/", (HttpContext context, EndpointDataSource endpoints) => context.Listener() is Listener.Management
            ? OperationsPage.Answer(context, endpoints)
            : context.JsonOrPage(Links, Links.Name, Body))
        .WithSummary("Links to the API, its description and the host's health, for programs and for browsers.")
        .ExcludeFromDescription()
        .RequireListener(Listener.Both);
}
