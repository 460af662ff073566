using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Answering;
using Observability.Console.Pages;
using Observability.Console.Settings;
using OpenTelemetry.Instrumentation.AspNetCore;

namespace Observability.Console.Web;

/// <summary>Adds and maps the pages: Blazor, rendered on the server, with its script and style from this assembly.</summary>
internal static class ConsoleWeb
{
    // A page sends clicks and texts of a filter, no files.
    private const int LongestMessage = 64 * 1024;
    private const int MostDisconnected = 16;
    private static readonly TimeSpan Retention = TimeSpan.FromMinutes(1);

    public static void AddPages(this IServiceCollection services)
    {
        services.AddSingleton<ConsoleAssets>();
        services.AddScoped(provider => new Parts.ConsoleData(
            provider.GetRequiredService<Recording.Recorder>(), provider.GetRequiredService<Sessions.ImportedSessions>(), provider.GetRequiredService<Sampling.IMetricStore>(),
            provider.GetRequiredService<Hosts.RemoteHosts>().All.Count > 0));
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = MostDisconnected;
            circuits.DisconnectedCircuitRetentionPeriod = Retention;
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = LongestMessage);
        // The messages of an open page would fill the store that the page shows.
        services.Configure<AspNetCoreTraceInstrumentationOptions>(spans => (spans.EnableAspNetCoreSignalRSupport, spans.EnableRazorComponentsSupport) = (false, false));
    }

    /// <summary>Maps the style and the scripts. They are no secret, and the sign-in page has the same style.</summary>
    public static void MapAssets(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGet($"{ConsoleAssets.Path}/{{name}}", endpoints.ServiceProvider.GetRequiredService<ConsoleAssets>().GetAsync);

    public static IEndpointConventionBuilder MapPages(this IEndpointRouteBuilder endpoints, ConsoleSettings settings)
    {
        // The circuit's address is that of Blazor, and a prefix of the group would move the pages' routes as well.
        var pages = endpoints.MapGroup("");
        pages.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null)
            .AddAdditionalAssemblies([.. settings.PageAssemblies])
            // No page posts a form; a circuit is opened by this origin only.
            .DisableAntiforgery();
        return pages;
    }
}
