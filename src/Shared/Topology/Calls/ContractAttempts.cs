using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using ECommerce.Kernel;
using Observability.Tracing;

namespace ECommerce.Topology;

/// <summary>
/// The innermost message handler of a call: one attempt, with its client span by the HTTP conventions, a token of its own and the time that
/// is left. It reads the whole answer, so that a torn one is a failed attempt, too.
/// </summary>
internal sealed class ContractAttempts(ContractTokens tokens, ContractMetrics metrics, TimeProvider clock) : DelegatingHandler
{
    public static readonly HttpRequestOptionsKey<ContractCall> Call = new("contract");

    public static readonly SpanDescriptor Span = new("POST /contracts/{contract}", ActivityKind.Client, "An attempt of a call to a module in another host.")
    {
        Always = ["http.request.method", "server.address", "server.port", "url.full"],
        Sometimes = ["http.response.status_code", "http.request.resend_count", "error.type", "app.fault"],
    };

    private const int MostBytes = 1024 * 1024;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(Call, out var call))
            return await SendAndReadAsync(request, cancellationToken);

        using var activity = Traces.Source(ModuleName.Platform.Source).StartActivity($"POST {call.Contract.Path}", ActivityKind.Client);
        Describe(activity, request, call.Attempts++);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.For(call.Contract));
        Set(request, Contract.TimeoutHeader, Math.Max(1, (int)(call.Deadline - clock.GetElapsedTime(call.Started)).TotalMilliseconds).ToString(CultureInfo.InvariantCulture));
        DistributedContextPropagator.Current.Inject(activity ?? Activity.Current, request, static (carrier, name, value) => Set((HttpRequestMessage)carrier!, name, value));
        try
        {
            var response = await SendAndReadAsync(request, cancellationToken);
            activity?.SetTag("http.response.status_code", (int)response.StatusCode);
            if (!response.IsSuccessStatusCode)
                Fail(activity, ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            metrics.Attempted(call.Contract, response.IsSuccessStatusCode ? "answered" : ((int)response.StatusCode).ToString(CultureInfo.InvariantCulture));
            return response;
        }
        catch (Exception failure)
        {
            activity?.Fail(failure);
            metrics.Attempted(call.Contract, call.Caller.IsCancellationRequested ? "cancelled" : ContractUnavailableException.ReasonOf(failure) ?? "failed");
            throw;
        }
    }

    private async Task<HttpResponseMessage> SendAndReadAsync(HttpRequestMessage request, CancellationToken ct)
    {
        var response = await base.SendAsync(request, ct);
        try
        {
            await response.Content.LoadIntoBufferAsync(MostBytes, ct);
            return response;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    private static void Describe(Activity? activity, HttpRequestMessage request, int resends)
    {
        if (activity is not { IsAllDataRequested: true })
            return;
        activity.SetTag("http.request.method", "POST")
            .SetTag("server.address", request.RequestUri!.Host)
            .SetTag("server.port", request.RequestUri.Port)
            .SetTag("url.full", request.RequestUri.ToString());
        if (resends > 0)
            activity.SetTag("http.request.resend_count", resends);
    }

    private static void Fail(Activity? activity, string type) => activity?.SetTag("error.type", type).SetStatus(ActivityStatusCode.Error);

    // A request is sent again as it is: what the attempt before has set is replaced.
    private static void Set(HttpRequestMessage request, string name, string value)
    {
        request.Headers.Remove(name);
        request.Headers.TryAddWithoutValidation(name, value);
    }
}

/// <summary>A call with all its attempts.</summary>
/// <param name="contract">What is called.</param>
/// <param name="started">The timestamp of its beginning.</param>
/// <param name="deadline">How long it may take.</param>
/// <param name="caller">Cancelled when the caller gives up.</param>
internal sealed class ContractCall(Contract contract, long started, TimeSpan deadline, CancellationToken caller)
{
    public Contract Contract => contract;

    public long Started => started;

    public TimeSpan Deadline => deadline;

    public CancellationToken Caller => caller;

    /// <summary>The number of attempts so far.</summary>
    public int Attempts { get; set; }
}
