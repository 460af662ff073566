using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Observability.Health;
using Observability.Logging;
using Observability.Metrics;
using Observability.Tracing;
using OpenTelemetry.Trace;

namespace Observability.Tests;

/// <summary>A small real web application on a free port of the loopback, everything it says collected.</summary>
internal sealed class ObservedHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ObservedHost(WebApplication app, CapturedLog log, List<Activity> spans)
    {
        (_app, Log, Spans) = (app, log, spans);
        // Lets a test send what a well-behaved client would not.
        var sockets = new SocketsHttpHandler { RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8 };
        Client = new(sockets) { BaseAddress = new(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    public CapturedLog Log { get; }

    public List<Activity> Spans { get; }

    public IServiceProvider Services => _app.Services;

    public static async Task<ObservedHost> StartAsync(
        Action<WebApplicationBuilder>? build = null, Action<WebApplication>? map = null, Stream? output = null,
        Dictionary<string, string?>? configuration = null)
    {
        var (log, spans) = (new CapturedLog(), new List<Activity>());
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(configuration ?? []);
        builder.Services.AddSingleton(new LogOutput(output ?? log));
        builder.AddObservability(settings =>
        {
            (settings.ServiceName, settings.Namespace) = ("ecommerce", "ECommerce");
            settings.Owner = new("platform", "platform");
            settings.OwnerOfRoute = path => path.Split('/') is ["", "api", var module, ..] ? new(module, $"{module}-service") : null;
            settings.OwnerOfCategory = category => category.StartsWith("ECommerce.Orders", StringComparison.Ordinal) ? new("orders", "orders-service") : null;
            settings.Tracing = traces => traces.AddInMemoryExporter(spans);
        });
        build?.Invoke(builder);

        var app = builder.Build();
        app.UseHttpTelemetry();
        map?.Invoke(app);
        app.MapHealth();
        app.MapPrometheus();
        app.MapRuntimeMetrics();
        await app.StartAsync();
        return new(app, log, spans);
    }

    /// <summary>Has the host continue the trace contexts of its callers, as behind a gateway.</summary>
    public static void BehindAGateway(WebApplicationBuilder builder) =>
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(listen => listen.ContinueTracesOf(peer => peer.Equals(IPAddress.Loopback))));

    /// <summary>The value of one series as the exposition has it; null when it is not there.</summary>
    public async Task<double?> MetricAsync(string series)
    {
        var page = ECommerce.Testing.Metrics.Parse(await Client.GetStringAsync("/metrics"));
        return page.Values.TryGetValue(series, out var value) ? value : null;
    }

    /// <summary>A request is counted after its answer has arrived.</summary>
    public Task MetricBecomesAsync(string series, double expected) => Eventually.PassesAsync(async () => (await MetricAsync(series)).ShouldBe(expected, series));

    public Task<JsonElement> CompletionAsync() => LineAsync("request.completed");

    public Task<JsonElement> LineAsync(string eventName) => Eventually.PassesAsync(
        () => Log.Lines.Single(line => line.TryGetProperty("event", out var name) && name.GetString() == eventName));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
