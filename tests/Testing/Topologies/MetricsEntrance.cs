using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ECommerce.Testing;

/// <summary>The united pages of metrics of several hosts, on an address that a Prometheus can scrape.</summary>
internal sealed class MetricsEntrance : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly HttpMessageInvoker _hosts;

    private MetricsEntrance(WebApplication app, HttpMessageInvoker hosts) => (_app, _hosts) = (app, hosts);

    public Uri Address => new(_app.Urls.First());

    /// <param name="hosts">Sends a request to all hosts.</param>
    public static async Task<MetricsEntrance> StartAsync(HttpMessageHandler hosts)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // The hosts in this process would trace it like themselves.
        builder.Services.AddSingleton(new ActivitySource(nameof(MetricsEntrance))).AddSingleton(new DiagnosticListener(nameof(MetricsEntrance)));
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var entrance = new MetricsEntrance(builder.Build(), new(hosts));
        entrance._app.Run(entrance.AnswerAsync);
        await entrance._app.StartAsync();
        return entrance;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _hosts.Dispose();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(Address, context.Request.Path));
        request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToArray());
        using var answer = await _hosts.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = $"{answer.Content.Headers.ContentType}";
        await context.Response.WriteAsync(await answer.Content.ReadAsStringAsync(context.RequestAborted), context.RequestAborted);
    }
}
