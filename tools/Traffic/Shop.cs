using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Observability.Text;

namespace ECommerce.Traffic;

/// <summary>What a customer wants to know or do.</summary>
/// <param name="Operation">Its name in the description of the API.</param>
/// <param name="Key">The idempotency key; a repetition carries it again.</param>
internal sealed record Request(string Operation, HttpMethod Method, string Path, object? Body = null, string? Token = null, Guid? Key = null);

/// <summary>What came back.</summary>
/// <param name="Status">The HTTP status; 0 when there was no answer.</param>
/// <param name="Code">Why it was refused or broke: the code of the problem document, or the name of the transport's error; null for a success.</param>
/// <param name="ComeBackIn">What <c>Retry-After</c> of a 429 or 503 says; a second when the answer got lost to a request with a key, which may be sent again.</param>
internal sealed record Answer(int Status, JsonElement Body, string? Code, TimeSpan? ComeBackIn, string TraceId)
{
    public bool IsOk => Status is >= 200 and < 300 && Code is null;

    /// <summary>The shop's fault, or the network's; a refusal is none.</summary>
    public bool IsError => Code is not null && Status is not (>= 400 and < 500);
}

/// <summary>The shop, as a customer's program sees it.</summary>
internal sealed class Shop : IDisposable
{
    // The shop gives a request up after ten seconds: longer than this, nobody is there any more.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    // What the shop, or whatever answers in its place, says of an answer is shown in a terminal.
    private const int LongestShown = 64;

    private static readonly TimeSpan AfterLostAnswer = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly Journal _journal;

    /// <param name="address">The shop, or the gateway in front of it.</param>
    /// <param name="journal">Takes a line for every request.</param>
    /// <param name="from">The address of this machine to call from; null leaves it to the system.</param>
    public Shop(Uri address, Journal journal, IPAddress? from = null)
    {
        (Address, _journal) = (address, journal);
        _http = new(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false, // to wherever it leads, which nobody has allowed
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
            // A request that dies on a connection in its second use is sent again behind our back; a journal has to know of every one.
            // A caller with an address of its own stands for many, each of whom connects anew.
            PooledConnectionLifetime = journal.IsKept || from is not null ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
            ConnectCallback = from is null ? null : async (call, ct) => new NetworkStream(await SourceAddress.ConnectAsync(from, call.DnsEndPoint, ct), ownsSocket: true),
        })
        {
            BaseAddress = address,
            Timeout = Timeout.InfiniteTimeSpan,
        };
    }

    public Uri Address { get; }

    /// <summary>Sends it once, as a sampled part of the trace.</summary>
    /// <exception cref="OperationCanceledException">It was called off.</exception>
    public async Task<Answer> SendAsync(Request asked, string traceId, CancellationToken cut)
    {
        var started = TimeProvider.System.GetUtcNow();
        Answer? answer = null;
        try
        {
            answer = await AskAsync(asked, traceId, cut);
            return answer;
        }
        finally
        {
            _journal.Write(new Journal.Sent(started, TimeProvider.System.GetUtcNow(), asked.Operation, asked.Method.Method, RouteOf(asked.Path),
                answer?.Status ?? 0, answer is null ? "CutOff" : answer.Status == 0 ? answer.Code : null, asked.Key));
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task<Answer> AskAsync(Request asked, string traceId, CancellationToken cut)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cut);
        patience.CancelAfter(Patience);
        try
        {
            using var request = new HttpRequestMessage(asked.Method, asked.Path) { Content = asked.Body is null ? null : JsonContent.Create(asked.Body) };
            request.Headers.Add("traceparent", $"00-{traceId}-{ActivitySpanId.CreateRandom().ToHexString()}-01");
            if (asked.Token is { } token)
                request.Headers.Authorization = new("Bearer", token);
            if (asked.Key is { } key)
                request.Headers.Add("Idempotency-Key", key.ToString());
            using var response = await _http.SendAsync(request, patience.Token);
            return await ReadAsync(response, traceId, asked, patience.Token);
        }
        catch (OperationCanceledException) when (!cut.IsCancellationRequested)
        {
            return NoAnswer("Timeout", traceId, asked);
        }
        catch (HttpRequestException e)
        {
            return NoAnswer(e.HttpRequestError is HttpRequestError.Unknown ? nameof(HttpRequestException) : e.HttpRequestError.ToString(), traceId, asked);
        }
        catch (HttpIOException e)
        {
            return NoAnswer(e.HttpRequestError.ToString(), traceId, asked);
        }
    }

    /// <summary>As the shop's metrics name it: no query, and every id is <c>:id</c>.</summary>
    private static string RouteOf(string path) =>
        string.Join('/', path.Split('?')[0].Split('/').Select(segment => Guid.TryParse(segment, out _) ? ":id" : segment));

    private static async Task<Answer> ReadAsync(HttpResponseMessage response, string traceId, Request asked, CancellationToken ct)
    {
        var status = (int)response.StatusCode;
        var text = await response.Content.ReadAsByteArrayAsync(ct);
        var known = response.Headers.TryGetValues("X-Trace-Id", out var ids) ? VisibleText.Of(ids.First(), LongestShown) : traceId;
        JsonElement body = default;
        try
        {
            if (response.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true)
                body = JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return NoAnswer("Unreadable", known, asked);
        }

        if (response.IsSuccessStatusCode)
            return body.ValueKind is JsonValueKind.Object ? new(status, body, Code: null, ComeBackIn: null, known) : NoAnswer("Unreadable", known, asked);
        var code = body.ValueKind is JsonValueKind.Object && body.TryGetProperty("code", out var member) && member.GetString() is { } said ? VisibleText.Of(said, LongestShown) : null;
        var wait = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable ? WaitOf(response.Headers.RetryAfter) : null;
        return new(status, body, code ?? $"http_{status}", wait, known);
    }

    private static TimeSpan? WaitOf(RetryConditionHeaderValue? said) => said?.Delta ?? (said?.Date - TimeProvider.System.GetUtcNow());

    private static Answer NoAnswer(string code, string traceId, Request asked) =>
        new(Status: 0, Body: default, code, asked.Key is null ? null : AfterLostAnswer, traceId);
}
