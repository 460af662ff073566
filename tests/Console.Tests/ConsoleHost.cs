using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Recording;
using Observability.Logging;

namespace Observability.Console.Tests;

/// <summary>
/// A small real web application with the console's two lines, on a free port of the loopback. It listens to other sources than those of <see cref="Given"/>,
/// which other tests use at the same time.
/// </summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    /// <summary>The collection of tests that start hosts: hosts of one process record each other's requests.</summary>
    public const string OneAtATime = "hosts";

    private readonly WebApplication _app;

    private ConsoleHost(WebApplication app) => (_app, Client) = (app, new() { BaseAddress = new(app.Urls.Single()) });

    public HttpClient Client { get; }

    public Recorder Recorder => _app.Services.GetRequiredService<Recorder>();

    /// <summary>A service of the host.</summary>
    public T Service<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public static async Task<ConsoleHost> StartAsync(params (string Key, string? Value)[] configuration)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(configuration.ToDictionary(one => one.Key, one => one.Value));
        builder.Services.AddSingleton(new LogOutput(Stream.Null));
        builder.AddObservability(settings =>
        {
            (settings.ServiceName, settings.Namespace) = ("tills", "Counter");
            settings.IsPublicTraffic = context => context.Request.Path.StartsWithSegments("/api");
            settings.OwnerOfRoute = path => path.StartsWith("/api/sales", StringComparison.Ordinal) ? new("sales", "sales-service") : null;
        });
        builder.AddObservabilityConsole();
        var app = builder.Build();
        app.UseObservability();
        app.MapObservabilityConsole();
        app.MapGet("/api/sales/{id:int}", (int id) => id == 0 ? Results.StatusCode(503) : Results.Ok(id));
        await app.StartAsync();
        return new(app);
    }

    /// <summary>Makes a sale, or a failure for 0, and returns its trace id.</summary>
    public async Task<string> SellAsync(int id)
    {
        using var answer = await Client.GetAsync($"/api/sales/{id}");
        return answer.Headers.GetValues("X-Trace-Id").Single();
    }

    /// <summary>The answer of the API, when its stores have all that was there before.</summary>
    public async Task<JsonElement> AskAsync(string path)
    {
        Recorder.Flush(TimeSpan.FromSeconds(30)).ShouldBeTrue();
        return JsonElement.Parse(await Client.GetStringAsync($"/ops/api/{path}"));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
