using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Observability.Context;
using Observability.Settings;

namespace Observability.Http;

/// <summary>
/// The outermost middleware: assigns the request id, and records one measurement and one completion line for each request of public
/// traffic.
/// </summary>
internal sealed class HttpTelemetry(RequestDelegate next, HttpMetrics metrics, RequestTelemetryLimiter noise, ObservabilitySettings settings, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger(settings.CategoryOf("HttpTelemetry"));

    // Not async, so that the ambient values last until the server has finished the request and its completion line is written.
    public Task InvokeAsync(HttpContext context)
    {
        var name = RequestIdFeature.Of(context.Request, settings);
        RequestIdFeature.Current = name;
        context.Features.Set(name);
        context.Response.OnStarting(SendNames, context);

        return settings.IsPublicTraffic(context) ? ObserveAsync(context) : next(context);
    }

    private async Task ObserveAsync(HttpContext context)
    {
        var exchange = new HttpExchange(context, metrics, noise, _logger);
        // OnCompleted callbacks run in reverse order of registration: this one is registered first and runs after all others.
        context.Response.OnCompleted(Complete, exchange);
        metrics.Started();
        try
        {
            await next(context);
        }
        catch (Exception) when (exchange.Broke())
        {
            throw; // Never reached: Broke returns false.
        }
        finally
        {
            exchange.PipelineEnded();
        }
    }

    // Set when the response starts, because the exception handler clears headers that were set before.
    private static Task SendNames(object state)
    {
        var context = (HttpContext)state;
        if (context.Features.Get<RequestIdFeature>() is { } name)
        {
            context.Response.Headers[RequestIdFeature.RequestIdHeader] = name.RequestId;
            context.Response.Headers[RequestIdFeature.TraceIdHeader] = name.TraceId;
        }
        return Task.CompletedTask;
    }

    private static Task Complete(object state)
    {
        ((HttpExchange)state).Complete();
        return Task.CompletedTask;
    }
}
