using ECommerce.Web;
using Microsoft.OpenApi;
using Scalar.AspNetCore;

namespace ECommerce.Host.Description;

/// <summary>Adds the description of the API: OpenAPI, the documentation page, the list of problems.</summary>
internal static class DescriptionSetup
{
    private const string Route = "/openapi/v1.json";

    // The documentation page would keep a token in localStorage, for ever and for every tab. Here it is gone when the tab is closed.
    private const string ForgetWithTheTab = "<script>Object.defineProperty(window, 'localStorage', { value: window.sessionStorage });</script>";

    public static IServiceCollection AddDescription(this IServiceCollection services)
    {
        services.AddSingleton<DescriptionText>();
        services.AddSingleton<SliceSummaries>();
        services.AddSingleton<SliceRules>();
        services.AddSingleton<MemberDescriptions>();
        return services.AddOpenApi(DescriptionText.Name, document =>
        {
            document.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            document.ShouldInclude = endpoint => endpoint.ActionDescriptor.EndpointMetadata.Listeners().HasFlag(Listener.Public);
            document.CreateSchemaReferenceId = SchemaNames.Of;
            document.AddSchemaTransformer<SchemaDetails>();
            document.AddOperationTransformer<OperationText>();
            document.AddOperationTransformer<OperationParameters>();
            document.AddOperationTransformer<OperationAnswers>();
            document.AddDocumentTransformer<StableDocument>();
        });
    }

    public static void MapDescription(this WebApplication app)
    {
        app.MapGet(Route, async (DescriptionText text) => TypedResults.Bytes(await text.ReadAsync(), "application/json"))
            .WithName("GetDescription")
            .WithTags("Platform")
            .WithSummary("This description (OpenAPI 3.1).")
            .Produces<object>();
        // All assets of the page come from this host: no fonts, proxy, assistant or telemetry of others.
        app.MapScalarApiReference("/docs", page => page
            .WithTitle("ECommerce")
            .WithOpenApiRoutePattern(Route)
            .AddPreferredSecuritySchemes(OperationText.Bearer)
            .EnablePersistentAuthentication()
            .AddHeadContent(ForgetWithTheTab)
            // The shell examples name the host that serves the page.
            .AddServer("/")
            .WithDynamicBaseServerUrl()
            .WithOperationTitleSource(OperationTitleSource.Path)
            .HideDeveloperTools()
            .DisableDefaultFonts()
            .DisableTelemetry()
            .DisableAgent()
            .DisableMcp());
        app.MapProblemPages();
        app.MapLandingPage();
    }
}
