using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ECommerce.Testing.Otlp;

/// <summary>
/// A collector for tests: a real server on free ports of the loopback that takes OTLP by both protocols and keeps what it was sent.
/// </summary>
public sealed class OtlpReceiver : IAsyncDisposable
{
    private const int FrameHeader = 5; // one byte that says whether it is compressed, four for the length

    private readonly ConcurrentQueue<ReceivedSpan> _spans = new();
    private readonly ConcurrentQueue<ReceivedLog> _logs = new();
    private readonly ConcurrentQueue<ReceivedMetric> _metrics = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentQueue<(string Request, string Tenant)> _tenants = new();
    private readonly WebApplication _app;
    private TaskCompletionSource? _stall;
    private (int Http, int Grpc)? _refusal;

    private OtlpReceiver(WebApplication app) => _app = app;

    /// <summary>Where it speaks <c>grpc</c>, which is HTTP/2 without TLS.</summary>
    public string Grpc => _app.Urls.First();

    /// <summary>Where it speaks <c>http/protobuf</c>.</summary>
    public string Http => _app.Urls.Last();

    /// <summary>All spans so far.</summary>
    public IReadOnlyList<ReceivedSpan> Spans => [.. _spans];

    /// <summary>All log records so far.</summary>
    public IReadOnlyList<ReceivedLog> Logs => [.. _logs];

    /// <summary>All metrics so far; each export repeats them.</summary>
    public IReadOnlyList<ReceivedMetric> Metrics => [.. _metrics];

    /// <summary>The protocol and path of every export that was begun, <c>HTTP/2 /opentelemetry.proto.collector.trace.v1.TraceService/Export</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Each export that was begun with the header <c>X-Tenant</c>, as in <see cref="Requests"/>, and the header's value.</summary>
    public IReadOnlyList<(string Request, string Tenant)> Tenants => [.. _tenants];

    /// <param name="grpc">The port for gRPC; a free one when nothing is said.</param>
    /// <param name="http">The port for HTTP, likewise.</param>
    public static async Task<OtlpReceiver> StartAsync(int grpc = 0, int http = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // A host in this process would trace it like itself, and send it the spans of its own sending.
        builder.Services.AddSingleton(new ActivitySource(nameof(OtlpReceiver))).AddSingleton(new DiagnosticListener(nameof(OtlpReceiver)));
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, grpc, socket => socket.Protocols = HttpProtocols.Http2);
            kestrel.Listen(IPAddress.Loopback, http, socket => socket.Protocols = HttpProtocols.Http1);
        });
        var receiver = new OtlpReceiver(builder.Build());
        receiver._app.Run(receiver.TakeAsync);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>From now on it accepts connections and answers nobody, until <see cref="Resume"/>.</summary>
    public void Stall() => _stall = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>From now on it refuses every export, by these statuses, until <see cref="Resume"/>.</summary>
    public void Refuse(int http, int grpc) => _refusal = (http, grpc);

    /// <summary>Answers again. Who hung up meanwhile is forgotten.</summary>
    public void Resume()
    {
        _refusal = null;
        Interlocked.Exchange(ref _stall, null)?.SetResult();
    }

    /// <returns>The first span that fits.</returns>
    public Task<ReceivedSpan> SpanAsync(Func<ReceivedSpan, bool> fits, [CallerArgumentExpression(nameof(fits))] string what = "") =>
        Eventually.GetAsync(() => _spans.FirstOrDefault(fits), $"a span is received: {what}");

    /// <returns>The first log record that fits.</returns>
    public Task<ReceivedLog> LogAsync(Func<ReceivedLog, bool> fits, [CallerArgumentExpression(nameof(fits))] string what = "") =>
        Eventually.GetAsync(() => _logs.FirstOrDefault(fits), $"a log record is received: {what}");

    /// <returns>The first metric that fits.</returns>
    public Task<ReceivedMetric> MetricAsync(Func<ReceivedMetric, bool> fits, [CallerArgumentExpression(nameof(fits))] string what = "") =>
        Eventually.GetAsync(() => _metrics.FirstOrDefault(fits), $"a metric is received: {what}");

    public async ValueTask DisposeAsync()
    {
        Resume();
        await _app.DisposeAsync();
    }

    private async Task TakeAsync(HttpContext context)
    {
        _requests.Enqueue($"{context.Request.Protocol} {context.Request.Path}");
        if (context.Request.Headers.TryGetValue("X-Tenant", out var tenant))
            _tenants.Enqueue(($"{context.Request.Protocol} {context.Request.Path}", tenant.ToString()));
        if (_stall is { } stall)
            await stall.Task.WaitAsync(context.RequestAborted);

        if (_refusal is { } refusal)
        {
            if (context.Request.Protocol == "HTTP/2")
                (context.Response.ContentType, context.Response.Headers["grpc-status"]) = ("application/grpc", $"{refusal.Grpc}");
            else
                context.Response.StatusCode = refusal.Http;
            return;
        }

        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        ReadOnlyMemory<byte> request = body.ToArray();
        switch (context.Request.Path.Value)
        {
            case "/v1/traces" or "/v1/logs" or "/v1/metrics":
                Keep(context.Request.Path, request);
                context.Response.ContentType = "application/x-protobuf"; // and an empty body: full success
                break;
            case { } path when path.StartsWith("/opentelemetry.proto.collector.", StringComparison.Ordinal) && path.EndsWith("/Export", StringComparison.Ordinal):
                if (request.Span[0] != 0 || BinaryPrimitives.ReadUInt32BigEndian(request.Span[1..]) != request.Length - FrameHeader)
                    throw new InvalidDataException("One uncompressed gRPC frame is all that is understood here.");
                Keep(path, request[FrameHeader..]);
                context.Response.ContentType = "application/grpc";
                context.Response.AppendTrailer("grpc-status", "0");
                await context.Response.Body.WriteAsync(new byte[FrameHeader], context.RequestAborted);
                break;
            default:
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private void Keep(string path, ReadOnlyMemory<byte> request)
    {
        if (path.Contains("trace", StringComparison.Ordinal))
            Enqueue(_spans, OtlpRequest.Spans(request));
        else if (path.Contains("logs", StringComparison.Ordinal))
            Enqueue(_logs, OtlpRequest.Logs(request));
        else
            Enqueue(_metrics, OtlpRequest.Metrics(request));
    }

    private static void Enqueue<T>(ConcurrentQueue<T> kept, IEnumerable<T> received)
    {
        foreach (var one in received)
            kept.Enqueue(one);
    }
}
