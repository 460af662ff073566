using ECommerce.Kernel;
using ECommerce.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Observability.Settings;

namespace ECommerce.Faults;

/// <summary>
/// Injects a fault into one request by the header <c>X-Fault: latency=500ms</c>, in Development only. The target is the slice of the
/// endpoint unless the header names another.
/// </summary>
internal sealed class FaultHeader(FaultInjector switches, FaultParser words) : IEndpointMiddleware
{
    public const string Name = "X-Fault";

    /// <summary>Where requests may not ask for faults, nothing is put into the pipeline.</summary>
    public void Use(IApplicationBuilder app)
    {
        if (switches.MayBeAskedByRequests)
            app.Use((context, next) => IsHeard(context) ? RunAsync(context, next) : next(context));
    }

    private static bool IsHeard(HttpContext context) =>
        context.Request.Headers.ContainsKey(Name) && context.Listener() == Listener.Public && ObservabilitySettings.IsNeitherProbeNorScrape(context);

    private async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var fault = words.Read(context.Request.Headers[Name].ToString(), out var refusal);
        if (fault is { Kind.IsOfOneRequest: false })
            refusal = new("name", $"{fault.Kind.Name} does not strike within one request.");
        if (fault is null || refusal is not null)
        {
            await new Problem(CommonErrors.ValidationFailed.At(Name, $"{TruncatedText.Of(refusal!.Field)}: {refusal.Message}")).ExecuteAsync(context);
            return;
        }

        if (fault is { Kind.Scope: FaultScope.Slice, Slice: null } && context.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>() is { } endpoint)
            fault = fault with { Slice = endpoint.EndpointName };
        using (switches.EnableForThisRequest(fault))
            await next(context);
    }
}
