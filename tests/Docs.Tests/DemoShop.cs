using ECommerce.Observability.Logging;
using ECommerce.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Docs.Tests;

/// <summary>The shop as a newcomer starts it: with the demo catalogue.</summary>
public sealed class DemoShop : ShopFixture
{
    /// <summary>Where the lines go, as after <c>make run | tee shop.log</c>.</summary>
    public string LogFile { get; } = Path.GetTempFileName();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Shop:DemoData"] = "true";
    }

    protected override void ConfigureServices(IServiceCollection services) =>
        services.AddSingleton(new LogOutput(new FileStream(LogFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete)));

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        File.Delete(LogFile);
    }
}
