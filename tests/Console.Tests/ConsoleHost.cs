using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Observability.Console.Access;
using Observability.Console.Recording;
using Observability.Console.Settings;
using Observability.Logging;

namespace Observability.Console.Tests;

/// <summary>
/// A small real web application with the console's two lines, on a free port of the loopback. It listens to other sources than those of <see cref="Given"/>,
/// which other tests use at the same time.
/// </summary>
internal sealed class ConsoleHost : IAsyncDisposable
{
    /// <summary>
    /// The collection of the tests that start one. They run one after the other: the activities of ASP.NET Core belong to the process, and a host would
    /// keep the requests of another.
    /// </summary>
    public const string Alone = "hosts";

    /// <summary>The operator's key.</summary>
    public const string Key = "a key for operators";

    private readonly WebApplication _app;
    private readonly MemoryStream _log;

    private ConsoleHost(WebApplication app, MemoryStream log)
    {
        (_app, _log) = (app, log);
        Client = new() { BaseAddress = new(app.Urls.Single()), DefaultRequestHeaders = { { "X-Console-Key", Key } } };
        Stranger = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = Client.BaseAddress };
    }

    /// <summary>A client with the operator's key.</summary>
    public HttpClient Client { get; }

    /// <summary>A client without a key, which follows no redirect and keeps no cookie.</summary>
    public HttpClient Stranger { get; }

    /// <summary>What was logged.</summary>
    public string Log => System.Text.Encoding.UTF8.GetString(_log.ToArray());

    public Recorder Recorder => _app.Services.GetRequiredService<Recorder>();

    public IServiceProvider Services => _app.Services;

    public T Service<T>() where T : notnull => _app.Services.GetRequiredService<T>();

    public static Task<ConsoleHost> StartAsync(params (string Key, string? Value)[] configuration) => StartAsync(static _ => { }, static _ => { }, configuration);

    public static Task<ConsoleHost> StartAsync(Action<IServiceCollection> configure, params (string Key, string? Value)[] configuration) =>
        StartAsync(configure, static _ => { }, configuration);

    public static Task<ConsoleHost> StartWithAsync(Action<ConsoleSettings> change, params (string Key, string? Value)[] configuration) =>
        StartAsync(static _ => { }, change, configuration);

    private static async Task<ConsoleHost> StartAsync(Action<IServiceCollection> configure, Action<ConsoleSettings> change, (string Key, string? Value)[] configuration)
    {
        var log = new MemoryStream();
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Testing" });
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Console:Key"] = Key });
        builder.Configuration.AddInMemoryCollection(configuration.ToDictionary(one => one.Key, one => one.Value));
        builder.Services.AddSingleton(new LogOutput(log));
        builder.Services.AddDataProtection().UseEphemeralDataProtectionProvider(); // a test leaves no keys in the home folder
        configure(builder.Services);
        builder.AddObservability(settings =>
        {
            (settings.ServiceName, settings.Namespace) = ("tills", "Counter");
            settings.OwnerOfRoute = path => path.StartsWith("/api/sales", StringComparison.Ordinal) ? new("sales", "sales-service") : null;
        });
        builder.AddObservabilityConsole(change);
        var app = builder.Build();
        app.UseObservability();
        app.MapObservabilityConsole();
        app.MapGet("/api/sales/{id:int}", (int id) => id == 0 ? Results.StatusCode(503) : Results.Ok(id));
        app.MapPost("/ops/api/change", () => "changed").RequireSession(app.Services).RequireOperator();
        await app.StartAsync();
        return new(app, log);
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
        Stranger.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
