using System.ComponentModel;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace Observability.Console.Mcp;

/// <summary>
/// The tools of the console for agents. Each reads, and changes nothing. An answer is the JSON of the API: what strangers have written is a JSON
/// string in it, and never a part of an instruction.
/// </summary>
internal sealed class ConsoleTools(ApiCaller api)
{
    private const string Filter = "Terms separated by spaces, all of which have to hold: module:orders status:error duration>200ms attr.http.route:\"/api/orders\" \"any text\"; -term negates.";
    private const string From = "The earliest time, ISO 8601.";
    private const string To = "The latest time, ISO 8601.";
    private const string Cursor = "The cursor of the answer before, for its next page.";
    private const string Hosts = "all: ask every host of the shop.";

    [McpServerTool(Name = "alerts", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("The alerts that fire or are pending, with their summaries and runbooks, and the error budgets left.")]
    public Task<CallToolResult> AlertsAsync(CancellationToken cancellation) => AskAsync("/alerts", [], cancellation);

    [McpServerTool(Name = "search_traces", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("Searches traces, the newest first unless sorted otherwise: id, name, module, start, duration, number of spans and errors of each.")]
    public Task<CallToolResult> SearchTracesAsync(
        [Description(Filter)] string? filter = null, [Description(From)] string? from = null, [Description(To)] string? to = null,
        [Description("start, duration, spans or errors: the greatest value first.")] string? sort = null,
        [Description("The most traces, 1 to 1000.")] int limit = 20, [Description(Cursor)] string? cursor = null, [Description(Hosts)] string? hosts = null,
        CancellationToken cancellation = default) =>
        AskAsync("/traces", [("filter", filter), ("from", from), ("to", to), ("sort", sort), ("limit", Text(limit)), ("cursor", cursor), ("hosts", hosts)], cancellation);

    [McpServerTool(Name = "get_trace", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("The spans of one trace with attributes, SQL, events and links, as OTLP JSON.")]
    public Task<CallToolResult> GetTraceAsync(
        [Description("The 32 hexadecimal digits of the trace id.")] string traceId, [Description(Cursor)] string? cursor = null, [Description(Hosts)] string? hosts = null,
        CancellationToken cancellation = default) =>
        AskAsync("/traces/{traceId}", [("cursor", cursor), ("hosts", hosts)], cancellation, new() { ["traceId"] = traceId });

    [McpServerTool(Name = "search_logs", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("Searches log records, the newest first, as OTLP JSON. trace:<id> as a term gives the records of one trace.")]
    public Task<CallToolResult> SearchLogsAsync(
        [Description(Filter + " level>=warn and event:<name> are for log records.")] string? filter = null, [Description(From)] string? from = null, [Description(To)] string? to = null,
        [Description("The most records, 1 to 1000.")] int limit = 50, [Description(Cursor)] string? cursor = null, [Description(Hosts)] string? hosts = null,
        CancellationToken cancellation = default) =>
        AskAsync("/logs", [("filter", filter), ("from", from), ("to", to), ("limit", Text(limit)), ("cursor", cursor), ("hosts", hosts)], cancellation);

    [McpServerTool(Name = "query_metric", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("Evaluates a PromQL expression over the host's own metrics, at one time or over a range, and answers as Prometheus does.")]
    public Task<CallToolResult> QueryMetricAsync(
        [Description("The expression: sum by (module) (rate(http_requests_total[5m])).")] string expression,
        [Description("The time, ISO 8601; now when it is left out.")] string? time = null,
        [Description("The begin of a range, ISO 8601.")] string? from = null, [Description("The end of the range.")] string? to = null,
        [Description("The step of the range in seconds.")] string? step = null, CancellationToken cancellation = default) =>
        AskAsync("/query", [("expr", expression), ("time", time), ("from", from), ("to", to), ("step", step)], cancellation);

    [McpServerTool(Name = "list_metrics", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("The metric families of the host: name, type, the text that explains each, and the number of series.")]
    public Task<CallToolResult> ListMetricsAsync(CancellationToken cancellation) => AskAsync("/metrics", [], cancellation);

    [McpServerTool(Name = "map", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("Which part calls which, modules, database, gateway and broker: calls, errors, rate and 95th percentile of each edge. Without a time: the last five minutes.")]
    public Task<CallToolResult> MapAsync(
        [Description(From)] string? from = null, [Description(To)] string? to = null, [Description(Hosts)] string? hosts = null, CancellationToken cancellation = default) =>
        AskAsync("/map", [("from", from), ("to", to), ("hosts", hosts)], cancellation);

    [McpServerTool(Name = "what_differs", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("Compares selected traces with the rest, and ranks the attributes by which they differ: why some are slow or fail. Name at least one of selected, shortest, longest, before and after.")]
    public Task<CallToolResult> WhatDiffersAsync(
        [Description("A filter of the selected traces: status:error.")] string? selected = null,
        [Description("Selects traces that take at least this long: 200ms.")] string? shortest = null,
        [Description("Selects traces that take at most this long.")] string? longest = null,
        [Description("Selects traces that began at this time or later, ISO 8601. The rest is what was before.")] string? before = null,
        [Description("Selects traces that began until this time, ISO 8601. The rest is what was after.")] string? after = null,
        [Description("A filter of all traces that are compared: " + Filter)] string? filter = null, [Description(From)] string? from = null, [Description(To)] string? to = null,
        CancellationToken cancellation = default) => AskAsync(
            "/differences",
            [("selected", selected), ("shortest", shortest), ("longest", longest), ("before", before), ("after", after), ("filter", filter), ("from", from), ("to", to)], cancellation);

    [McpServerTool(Name = "runbook", ReadOnly = true, Idempotent = true, OpenWorld = false)]
    [Description("A runbook as Markdown, or the list of runbooks when no name is given. An alert names its own.")]
    public Task<CallToolResult> RunbookAsync([Description("The name of the runbook.")] string? name = null, CancellationToken cancellation = default) => string.IsNullOrEmpty(name)
        ? AskAsync("/runbooks", [], cancellation)
        : AskAsync("/runbooks/{name}", [], cancellation, new() { ["name"] = name });

    private static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private async Task<CallToolResult> AskAsync(string route, IEnumerable<(string, string?)> parameters, CancellationToken cancellation, RouteValueDictionary? values = null)
    {
        var answer = await api.GetAsync(route, parameters, values ?? [], cancellation);
        // A wrong parameter is the agent's to correct: the problem document names it.
        return new() { Content = [new TextContentBlock { Text = answer.Text }], IsError = answer.Status >= StatusCodes.Status400BadRequest };
    }
}
