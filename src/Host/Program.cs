using Carter;
using ECommerce.Data;
using ECommerce.EmbeddedPostgres;
using ECommerce.Faults;
using ECommerce.Host;
using ECommerce.Host.Console;
using ECommerce.Host.Description;
using ECommerce.Host.Operations;
using ECommerce.Host.Security;
using ECommerce.Hosting;
using ECommerce.Messaging;
using ECommerce.Modules;
using ECommerce.Profiling;
using ECommerce.RabbitMq;
using ECommerce.Topology;
using ECommerce.Web;
using Observability;

if (args is [Probe.Argument])
    return await Probe.RunAsync();

using var signals = new StopSignals();
return await Launch.RunAsync(signals, () =>
{
    var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

    builder.AddLifecycle(signals);
    builder.AddSecretFiles();
    var topology = builder.AddTopology(ShopModules.All);
    builder.AddListeners();
    builder.AddSignals(topology);
    builder.AddConsole();
    builder.Services.AddDatabase().AddSingleton<IStartupCheck>(new ConnectionStringCheck(builder.Configuration));
    builder.Services.AddEmbeddedPostgres();
    builder.Services.AddSettings<ShopOptions>("Shop").AddMessaging();
    builder.Services.AddSeeding();
    builder.AddFaults();
    builder.AddProfiling();
    builder.Services.AddRabbitMq(builder.Configuration, new(topology.Names, ShopModules.Names), ShopModules.All.Select(module => module.GetType()));
    builder.Services.AddModules(builder.Configuration, typeof(Program).Assembly, topology.Hosted);
    builder.Services.AddHttpPipeline();
    builder.AddSecurity(topology);
    builder.Services.AddDescription();
    builder.Services.AddGracefulShutdown();
    builder.Services.OpenListeners();
    builder.CheckSettings();

    var app = builder.Build();

    app.UseHttpTelemetry();
    app.UseTrustedProxies();
    app.UseHttpPipeline();
    app.MapCarter();
    app.MapSignals();
    app.MapOperations();
    app.MapConsole();
    app.MapTokenKeys();
    app.MapContracts();
    app.MapDescription();
    return app;
});

/// <summary>The entry point, visible to tests that start the host inside their process.</summary>
public partial class Program;
