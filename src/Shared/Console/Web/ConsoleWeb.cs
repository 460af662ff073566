using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Pages;
using Observability.Console.Settings;

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
        services.AddScoped(provider => new Parts.ConsoleData(provider.GetRequiredService<Recording.Recorder>()));
        services.AddRazorComponents().AddInteractiveServerComponents(circuits =>
        {
            circuits.DisconnectedCircuitMaxRetained = MostDisconnected;
            circuits.DisconnectedCircuitRetentionPeriod = Retention;
        }).AddHubOptions(hub => hub.MaximumReceiveMessageSize = LongestMessage);
        // What a page holds between its first drawing and its circuit is of this process alone.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
    }

    public static IEndpointConventionBuilder MapPages(this IEndpointRouteBuilder endpoints, ConsoleSettings settings)
    {
        // The circuit's address is that of Blazor, and a prefix of the group would move the pages' routes as well.
        var pages = endpoints.MapGroup("");
        pages.MapGet($"{ConsoleAssets.Path}/{{name}}", endpoints.ServiceProvider.GetRequiredService<ConsoleAssets>().GetAsync).AllowAnonymous(); // the sign-in page has the same style
        pages.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(mode => mode.ContentSecurityFrameAncestorsPolicy = null)
            .AddAdditionalAssemblies([.. settings.PageAssemblies])
            // No page posts a form; a circuit is opened by this origin only.
            .DisableAntiforgery();
        return pages;
    }
}
