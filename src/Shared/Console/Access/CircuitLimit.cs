using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Routing;
using Observability.Console.Api;

namespace Observability.Console.Access;

/// <summary>
/// Limits the open connections of pages: each holds a circuit with its components in memory. A page beyond the limit shows what was prerendered and
/// does not move.
/// </summary>
internal sealed class CircuitLimit
{
    public const int Most = 32;

    private const string Hub = "_blazor";

    private int _open;

    public int Open => Volatile.Read(ref _open);

    /// <summary>Puts the limit around the hub's endpoint, and frees the hub of the time limit of requests.</summary>
    public void Guard(EndpointBuilder endpoint)
    {
        if (endpoint is not RouteEndpointBuilder { RoutePattern.RawText: { } route } || route.Trim('/') is not Hub || endpoint.RequestDelegate is not { } next)
            return;
        endpoint.Metadata.Add(new DisableRequestTimeoutAttribute());
        endpoint.RequestDelegate = context => RunAsync(context, next);
    }

    private async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (Interlocked.Increment(ref _open) <= Most)
                await next(context);
            else
                await Answers.WriteProblemAsync(context, StatusCodes.Status503ServiceUnavailable, "Too many open pages", $"At most {Most} pages are live at the same time.");
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
