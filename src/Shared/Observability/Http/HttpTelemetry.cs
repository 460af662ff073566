using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Observability.Context;
using Observability.Settings;

namespace Observability.Http;

/// <summary>Names every request, and counts and logs each of public traffic once, after its response is complete.</summary>
internal sealed class HttpTelemetry(RequestDelegate next, HttpMetrics metrics, RequestNoise noise, ObservabilitySettings settings, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger(settings.CategoryOf("HttpTelemetry"));

    // Not async: what it makes ambient stays so until the server is done with the request, completion line included.
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
        // Registered first, so it runs last: nothing that happens to the response escapes it.
        context.Response.OnCompleted(Complete, exchange);
        metrics.Started();
        try
        {
            await next(context);
        }
        catch (Exception) when (exchange.Broke())
        {
            throw; // Never reached: Broke only takes note.
        }
        finally
        {
            exchange.PipelineEnded();
        }
    }

    // Sent when the response starts, because an exception handler clears the headers that were set before.
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
