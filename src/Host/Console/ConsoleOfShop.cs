using ECommerce.Host.Console.Profiles;
using ECommerce.Hosting;
using ECommerce.Web;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Observability.Console;
using Observability.Console.Access;
using Observability.Console.Answering;
using Observability.Console.Settings;

namespace ECommerce.Host.Console;

/// <summary>Adds the console to the management listener, with the shop's keys, its record of operators and its own pages.</summary>
internal static class ConsoleOfShop
{
    public static void AddConsole(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<ConsoleOptions>(ConsoleOptions.Section);
        builder.Services.AddSingleton<IStartupCheck>(new ConsoleKeyCheck(builder.Configuration));
        builder.Services.AddSingleton<IConsoleKeys, ShopKeys>().AddSingleton<IConsoleAudit, ShopAudit>().AddSingleton<IConsoleProblems, ShopProblems>();
        builder.Services.AddSingleton<SettingsList>().AddSingleton<SavedProfiles>();
        builder.AddObservabilityConsole(settings =>
        {
            settings.Title = "ECommerce";
            settings.ShowsLink = false;
            settings.AddShopFigures();
            settings.AddRulesAndRunbooks(builder.Configuration);
            settings.Pages.Add(new("Profiles", $"{ConsoleSettings.PagePath}/profiles"));
            settings.Pages.Add(new("Operate", $"{ConsoleSettings.PagePath}/operate"));
            settings.PageAssemblies.Add(typeof(ConsoleOfShop).Assembly);
            settings.StoryAttributes.Add("app.order.id");
        });
        // Blazor protects what a page hands to its circuit, and nothing else here is protected: the keys end with the process.
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider();
        builder.Services.Replace(ServiceDescriptor.Scoped<AntiforgeryStateProvider, NoFormTokens>());
    }

    public static void MapConsole(this WebApplication app) => app.MapObservabilityConsole().RequireListener(Listener.Management);

    /// <summary>The management key is the operator's key of the console; a second one beside it would be forgotten.</summary>
    private sealed class ConsoleKeyCheck(IConfiguration configuration) : IStartupCheck
    {
        public IEnumerable<string> Problems()
        {
            if (configuration[$"{ConsoleOptions.Section}:{nameof(ConsoleOptions.Key)}"] is { Length: > 0 })
                yield return "Console__Key is not for this host: Management__Key opens the console. Console__ReadKey may open it for reading only.";
        }
    }
}
