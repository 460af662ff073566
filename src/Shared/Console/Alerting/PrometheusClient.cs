using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Observability.Console.PromQl;
using Observability.Console.Settings;

namespace Observability.Console.Alerting;

/// <summary>Asks the Prometheus of the settings, within limits of time and size. An answer that is not there in time is none.</summary>
internal sealed class PrometheusClient : IDisposable
{
    private const int MostBytes = 4 * 1024 * 1024;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    // Without a propagator the handler makes no span: what the console asks is no work of the host's callers.
    private readonly HttpClient? _client;

    public PrometheusClient(IOptions<ConsoleOptions> options)
    {
        if (options.Value.Prometheus is not { Length: > 0 } address)
            return;
        var handler = new SocketsHttpHandler { ActivityHeadersPropagator = null, AllowAutoRedirect = false, UseProxy = false, UseCookies = false, MaxConnectionsPerServer = 4 };
        _client = new HttpClient(handler) { BaseAddress = new(address.TrimEnd('/') + "/"), Timeout = Timeout, MaxResponseContentBufferSize = MostBytes };
    }

    public bool IsConfigured => _client is not null;

    /// <summary>The part <c>data</c> of an answer; null when Prometheus does not answer, or refuses.</summary>
    /// <param name="path">The path below <c>/api/v1/</c>, with its query.</param>
    public async Task<JsonElement?> AskAsync(string path, CancellationToken cancellation)
    {
        if (_client is null)
            return null;
        try
        {
            using var response = await _client.GetAsync($"api/v1/{path}", cancellation);
            if (!response.IsSuccessStatusCode)
                return null;
            var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellation));
            return answer.ValueKind is JsonValueKind.Object && answer.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.Object ? data : null;
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    public static LabelSet LabelsOf(JsonElement labels) => LabelSet.Of(
        from label in labels.ValueKind is JsonValueKind.Object ? labels.EnumerateObject().AsEnumerable() : []
        where label.Value.ValueKind is JsonValueKind.String
        select KeyValuePair.Create(label.Name, label.Value.GetString()!));

    /// <summary>A number that is written as text; null when it is none.</summary>
    public static double? NumberOf(JsonElement number) => number.ValueKind is not JsonValueKind.String ? null : number.GetString() switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        var text => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null,
    };

    public void Dispose() => _client?.Dispose();
}
