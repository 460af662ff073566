using ECommerce.Host.Description;
using ECommerce.Web;
using Observability.Context;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Host.Operations;

/// <summary>The root page of the management listener: the list of its operations.</summary>
internal static class OperationsPage
{
    private sealed record Index(
        string Name, string Console, string Operations, string Metrics, string RuntimeMetrics, string Health, string Traces, string Faults, string LogLevels);

    private static readonly Index Links =
        new("ECommerce, management listener", "/console", "/ops", "/metrics", "/metrics/runtime", "/health/ready", "/ops/traces", "/ops/faults", "/ops/log-levels");

    public static IResult Answer(HttpContext context, EndpointDataSource endpoints) => context.JsonOrPage(Links, Links.Name, $"""
        <p>What operators can ask of this host, {BrowserPage.Encode(context.RequestServices.GetRequiredService<ServiceInstance>().Id)}.
        Faults, log levels, readiness, traces and profiles are those of this host only.
        The {BrowserPage.Link("/console", "console")} shows what they say, live. Where it says <em>key</em>, send the management key as <code>{ManagementKey.Header}</code>, for instance with curl; <em>session</em> stands for the console's cookie, or the same key.</p>
        <table>{string.Concat(OperationsSetup.List(endpoints).Select(Row))}</table>
        """);

    private static string Row(OperationsSetup.Operation operation)
    {
        var opens = operation is { Method: "GET", NeedsKey: false } && !operation.Path.Contains('{', StringComparison.Ordinal);
        var path = opens ? BrowserPage.Link(operation.Path, operation.Path) : BrowserPage.Encode(operation.Path);
        return $"<tr><td>{operation.Method}</td><td>{path}</td><td>{(operation.NeedsKey ? "key" : operation.NeedsSession ? "session" : "")}</td><td>{BrowserPage.Encode(operation.Summary ?? "")}</td></tr>";
    }
}
