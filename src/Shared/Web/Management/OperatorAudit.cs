using System.Net;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ECommerce.Web;

/// <summary>
/// The middleware that checks the management key and audits its use: one log line and one count for each operation. The key is checked
/// before the request is read.
/// </summary>
/// <remarks>
/// The category of its lines keeps its level when an operator changes that of <c>platform</c>: an operator cannot silence the audit.
/// </remarks>
internal sealed partial class OperatorAudit(ManagementKeyThrottle keys, ManagementMetrics metrics, ILogger<OperatorAudit> log)
{
    private const int MostOfTarget = 100;

    public Task PassAsync(HttpContext context, Endpoint endpoint, RequestDelegate next)
    {
        switch (keys.Try(ClientNetwork.Of(context), context.Request.Headers[ManagementKey.Header], out var inARow, out var wait))
        {
            case KeyResult.Right:
                return ActAsync(context, endpoint, next);
            case KeyResult.Slowed:
                metrics.Refused(Refusal.Slowed);
                return new Problem(ManagementErrors.TooManyWrongKeys.RetryAfter(wait)).ExecuteAsync(context);
            case KeyResult.Wrong:
                metrics.Refused(Refusal.WrongKey);
                WrongKey(log, ActionOf(endpoint), ClientOf(context), inARow);
                return RefuseAsync(context);
            default:
                metrics.Refused(Refusal.NoKey);
                return RefuseAsync(context);
        }
    }

    /// <summary>Compares a key that comes without an operation. Wrong ones count as those of operations do.</summary>
    /// <param name="context">The request.</param>
    /// <param name="action">What the key is for.</param>
    /// <param name="sent">The key.</param>
    /// <param name="opens">Compares the key.</param>
    /// <param name="wait">The time for which keys of this network are not compared; zero when this one was.</param>
    public bool Admits(HttpContext context, string action, string sent, Func<string, bool> opens, out TimeSpan wait)
    {
        var result = keys.Try(ClientNetwork.Of(context), sent, opens, out var inARow, out wait);
        if (result is KeyResult.Slowed)
        {
            metrics.Refused(Refusal.Slowed);
            return false;
        }

        wait = TimeSpan.Zero;
        if (result is KeyResult.Wrong)
        {
            metrics.Refused(Refusal.WrongKey);
            WrongKey(log, action, ClientOf(context), inARow);
        }

        return result is KeyResult.Right;
    }

    /// <summary>Records an action that was no request of an operation.</summary>
    public void Record(string action, string target, string client, string outcome)
    {
        metrics.Acted(action, outcome);
        Acted(log, action, target, client, outcome);
    }

    private async Task ActAsync(HttpContext context, Endpoint endpoint, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (RecordFailure(context, endpoint, exception))
        {
            throw; // never reached: the filter returns false
        }

        Record(context, endpoint, context.Response.StatusCode switch { < 400 => "ok", < 500 => "rejected", _ => "failed" });
    }

    private bool RecordFailure(HttpContext context, Endpoint endpoint, Exception exception)
    {
        Record(context, endpoint, exception switch
        {
            BadHttpRequestException or RefusalException => "rejected",
            OperationCanceledException when context.RequestAborted.IsCancellationRequested => "abandoned",
            _ => "failed",
        });
        return false;
    }

    private void Record(HttpContext context, Endpoint endpoint, string outcome)
    {
        Record(ActionOf(endpoint), outcome is "ok" && IsChange(context.Request.Method) ? TargetOf(context) : "", ClientOf(context), outcome);
    }

    private static Task RefuseAsync(HttpContext context) =>
        new Problem(CommonErrors.Unauthorized.Because($"Send the management key as {ManagementKey.Header}.")).ExecuteAsync(context);

    private static string ActionOf(Endpoint endpoint) => endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? "unnamed";

    // A read has no target, so that a search of the lines for a trace does not find those who have read it.
    private static bool IsChange(string method) => !HttpMethods.IsGet(method) && !HttpMethods.IsHead(method);

    // Names and ids of the path, which the operation has accepted. No other part of the request is in a signal.
    private static string TargetOf(HttpContext context)
    {
        var target = string.Join(' ', context.Request.RouteValues.Values);
        return target.Length > MostOfTarget ? target[..MostOfTarget] : target;
    }

    // Without the address, which is personal data.
    private static string ClientOf(HttpContext context) =>
        context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address) ? "loopback" : "network";

    [LoggerMessage(32, LogLevel.Information, "Operator at {Client}: {Action} {Target} {Outcome}", EventName = "operator.action")]
    private static partial void Acted(ILogger logger, string action, string target, string client, string outcome);

    [LoggerMessage(33, LogLevel.Warning, "Wrong management key for {Action} from {Client}, {InARow} in a row", EventName = "operator.wrong_key")]
    private static partial void WrongKey(ILogger logger, string action, string client, int inARow);
}

public static class OperatorAuditExtensions
{
    /// <summary>The category of the audit lines.</summary>
    public static string Category => typeof(OperatorAudit).FullName!;

    /// <param name="services">The host's services.</param>
    /// <param name="allowedWrongKeys">Consecutive wrong keys before a network is throttled.</param>
    public static IServiceCollection AddOperatorAudit(this IServiceCollection services, Func<IServiceProvider, int> allowedWrongKeys) => services
        .AddSingleton<OperatorAudit>()
        .AddSingleton(provider => new ManagementAccess(provider.GetRequiredService<ManagementKey>(), provider.GetRequiredService<OperatorAudit>()))
        .AddSingleton(provider => new ManagementKeyThrottle(
            provider.GetRequiredService<ManagementKey>(), allowedWrongKeys(provider), provider.GetRequiredService<TimeProvider>()));

    /// <summary>
    /// Adds the middleware, which comes after routing, since it needs the endpoint, and before anything that reads the request.
    /// </summary>
    internal static IApplicationBuilder UseOperatorAudit(this IApplicationBuilder app) =>
        // Created on first use: the key may have to be generated, in a folder that the start has validated by then.
        app.Use(next => context => context.GetEndpoint() is { } endpoint && endpoint.Metadata.GetMetadata<ManagementKeyRequired>() is not null
            ? context.RequestServices.GetRequiredService<OperatorAudit>().PassAsync(context, endpoint, next)
            : next(context));
}
