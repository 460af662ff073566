using System.Globalization;
using System.Net;
using OpenTelemetry.Exporter;

namespace Observability.Otlp;

/// <summary>
/// Observes the request of an exporter's latest attempt, since the exporter itself only reports failure. Retryable are the codes of the
/// OTLP specification, for HTTP (<see href="https://opentelemetry.io/docs/specs/otlp/#retryable-response-codes"/>) and for gRPC.
/// </summary>
internal sealed class ExportAttempt
{
    private volatile bool _mayPass = true;
    private TimeSpan? _retryAfter;

    /// <summary>Whether the failure is retryable. True when nothing is known, as after a time limit.</summary>
    public bool MayPass => _mayPass;

    /// <summary>The delay that the collector asked for in Retry-After.</summary>
    public TimeSpan? RetryAfter => _retryAfter;

    /// <summary>Routes the requests of the exporter with these options through a new observer. One observer serves one exporter.</summary>
    public static ExportAttempt Of(OtlpExporterOptions options)
    {
        var attempt = new ExportAttempt();
        var newClient = options.HttpClientFactory;
        // The client of the exporter's own factory sends, so that certificates and time limits stay as configured.
        options.HttpClientFactory = () => new HttpClient(new Observer(newClient(), attempt)) { Timeout = Timeout.InfiniteTimeSpan };
        return attempt;
    }

    public void Begin() => (_mayPass, _retryAfter) = (true, null);

    private HttpResponseMessage Observe(HttpResponseMessage response)
    {
        _retryAfter = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - DateTimeOffset.UtcNow : null;
        _mayPass = response.StatusCode switch
        {
            HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => true,
            HttpStatusCode.OK => GrpcStatus(response) is not { } code || MayPassByGrpc(code, response),
            _ => false,
        };
        return response;
    }

    // CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS; RESOURCE_EXHAUSTED when the server says that it will recover.
    private static bool MayPassByGrpc(int code, HttpResponseMessage response) => code switch
    {
        1 or 4 or 10 or 11 or 14 or 15 => true,
        8 => response.Headers.Contains("grpc-status-details-bin") || response.TrailingHeaders.Contains("grpc-status-details-bin"),
        _ => false,
    };

    // The status is in the headers when the server refused at once, otherwise in the trailers.
    private static int? GrpcStatus(HttpResponseMessage response) =>
        (response.Headers.TryGetValues("grpc-status", out var status) || response.TrailingHeaders.TryGetValues("grpc-status", out status))
        && int.TryParse(status.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var code) ? code : null;

    private void Observe(HttpRequestException failure) =>
        _mayPass = failure.HttpRequestError is not (HttpRequestError.SecureConnectionError or HttpRequestError.VersionNegotiationError or HttpRequestError.InvalidResponse);

    /// <summary>Sends a copy of each request with the inner client, since one client can send a request once.</summary>
    private sealed class Observer(HttpClient client, ExportAttempt attempt) : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return attempt.Observe(client.Send(CopyOf(request), cancellationToken));
            }
            catch (HttpRequestException e)
            {
                attempt.Observe(e);
                throw;
            }
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            try
            {
                return attempt.Observe(await client.SendAsync(CopyOf(request), cancellationToken));
            }
            catch (HttpRequestException e)
            {
                attempt.Observe(e);
                throw;
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                client.Dispose();
            base.Dispose(disposing);
        }

        private static HttpRequestMessage CopyOf(HttpRequestMessage request)
        {
            HttpRequestMessage copy = new(request.Method, request.RequestUri) { Content = request.Content, Version = request.Version, VersionPolicy = request.VersionPolicy };
            foreach (var (name, values) in request.Headers.NonValidated)
                copy.Headers.TryAddWithoutValidation(name, values);
            return copy;
        }
    }
}
