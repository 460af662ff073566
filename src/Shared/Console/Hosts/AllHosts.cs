using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Observability.Console.Answering;
using Observability.Console.Settings;
using Observability.Context;

namespace Observability.Console.Hosts;

/// <summary>Merges the answers of several hosts into one.</summary>
/// <param name="answers">The answers, this host's first.</param>
/// <param name="query">The query of the request.</param>
internal delegate JsonObject MergeAnswers(IReadOnlyList<JsonElement> answers, IQueryCollection query);

/// <summary>
/// Gives an endpoint of the API the parameter <c>hosts=all</c>: the same question is asked of every host, and the answers are merged. Such an
/// answer has one page, whose time and limit choose what is in it.
/// </summary>
internal sealed class AllHosts(RemoteHosts hosts, IOptions<ConsoleOptions> options, ConsoleSettings settings, ServiceInstance instance)
{
    private const string Parameter = "hosts";
    private const int UsualLimit = 100;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The endpoints that take <c>hosts=all</c>, by their pattern below the path of the API.</summary>
    private static readonly Dictionary<string, MergeAnswers> Merges = new()
    {
        ["/traces"] = (answers, query) => HostMerging.Traces(answers, query["sort"] is [{ } sort] ? sort.ToLowerInvariant() : "start", LimitOf(query)),
        ["/traces/{traceId}"] = (answers, _) => HostMerging.Otlp(answers, "resourceSpans"),
        ["/logs"] = (answers, _) => HostMerging.Otlp(answers, "resourceLogs"),
        ["/map"] = (answers, _) => HostMerging.Map(answers),
    };

    /// <summary>Gives the parameter to those endpoints of the API that have it.</summary>
    public void Widen(IEndpointConventionBuilder api) => api.Add(endpoint =>
    {
        if (endpoint is RouteEndpointBuilder { RoutePattern.RawText: { } pattern, RequestDelegate: { } own } && pattern.StartsWith(settings.ApiPath, StringComparison.Ordinal)
            && Merges.TryGetValue(pattern[settings.ApiPath.Length..], out var merge))
            endpoint.RequestDelegate = Over(own, merge);
    });

    // The endpoint has refused anything else.
    private static int LimitOf(IQueryCollection query) => query["limit"] is [{ } limit] ? int.Parse(limit, CultureInfo.InvariantCulture) : UsualLimit;

    private RequestDelegate Over(RequestDelegate own, MergeAnswers merge) => async context =>
    {
        var query = context.Request.Query;
        if (!query.ContainsKey(Parameter))
            await own(context);
        else if (query[Parameter] is not ["all"])
            await Answers.RefuseAsync(context, Parameter, "Must be all, or be left out for this host alone.");
        else if (query.Keys.FirstOrDefault(key => key is "cursor" or "follow") is { } other)
            await Answers.RefuseAsync(context, other, "Has no meaning with hosts=all, whose answer has one page.");
        else
            await AnswerAsync(context, context.Request.Path.StartsWithSegments(settings.ApiPath, out var rest) ? rest : "", own, merge);
    };

    private async Task AnswerAsync(HttpContext context, string path, RequestDelegate own, MergeAnswers merge)
    {
        var query = QueryHelpers.AddQueryString("", context.Request.Query.Where(one => one.Key != Parameter).Select(one => KeyValuePair.Create(one.Key, (string?)one.Value)));
        context.Request.QueryString = new(query);
        using var body = new MemoryStream();
        await CaptureAsync(context, own, body);
        if (context.Response.StatusCode is not (StatusCodes.Status200OK or StatusCodes.Status404NotFound))
        {
            // A wrong parameter is wrong everywhere.
            await context.Response.BodyWriter.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
            return;
        }
        var others = await hosts.AskAsync(path + query, context.RequestAborted);
        using var document = context.Response.StatusCode is StatusCodes.Status200OK ? JsonDocument.Parse(body.GetBuffer().AsMemory(0, (int)body.Length)) : null;
        List<JsonElement> answers =
            [
                .. document is null ? (JsonElement[])[] : [document.RootElement],
                .. others.Where(other => other.Body is not null).Select(other => other.Body!.Value),
            ];
        if (answers.Count == 0 && others.All(other => other.Problem is null))
        {
            context.Response.ContentLength = null;
            await context.Response.BodyWriter.WriteAsync(body.GetBuffer().AsMemory(0, (int)body.Length), context.RequestAborted);
            return;
        }
        var merged = merge(answers, context.Request.Query);
        merged["hosts"] = HostMerging.Hosts(instance.Id, document?.RootElement, others);
        await WriteAsync(context, merged);
    }

    private static async Task CaptureAsync(HttpContext context, RequestDelegate own, MemoryStream body)
    {
        var feature = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var captured = new StreamResponseBodyFeature(body);
        context.Features.Set<IHttpResponseBodyFeature>(captured);
        try
        {
            await own(context);
            await captured.CompleteAsync();
        }
        finally
        {
            context.Features.Set(feature);
            captured.Dispose();
        }
    }

    private Task WriteAsync(HttpContext context, JsonObject merged)
    {
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes, Relaxed))
            merged.WriteTo(json);
        // Each host has kept to the limit on its own.
        if (bytes.WrittenCount > (long)options.Value.AnswerBytes * (hosts.All.Count + 1) * 2)
            return Answers.WriteProblemAsync(context, StatusCodes.Status400BadRequest, "The answer is too large", "limit: Choose a smaller one, or a shorter time.");
        context.Response.StatusCode = StatusCodes.Status200OK;
        return Answers.WriteAsync(context, bytes);
    }
}
