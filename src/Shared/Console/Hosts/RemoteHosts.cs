using System.Buffers;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Observability.Console.Access;
using Observability.Console.Sessions;
using Observability.Console.Settings;
using Observability.Console.Storage;

namespace Observability.Console.Hosts;

/// <summary>The answer of another host.</summary>
/// <param name="Address">The address of its management listener.</param>
/// <param name="Body">What it answered; null when it has nothing of the kind, or did not answer.</param>
/// <param name="Problem">Why there is no answer; null when there is one.</param>
internal sealed record HostAnswer(string Address, JsonElement? Body, string? Problem);

/// <summary>
/// Asks the consoles of the other hosts of the same shop, all at the same time, each within <see cref="ConsoleOptions.HostsTimeout"/> and up to
/// a size. Addresses are settings: a caller cannot name one.
/// </summary>
internal sealed class RemoteHosts : IDisposable
{
    // The merged answer may be larger than a single one, and memory holds all of them.
    private const int MostHosts = 16;

    private readonly HttpClient _client;
    private readonly ConsoleSettings _settings;
    private readonly ConsoleOptions _options;
    private readonly string _header;

    public RemoteHosts(IOptions<ConsoleOptions> options, ConsoleSettings settings, IConsoleKeys keys)
    {
        (_settings, _options, _header) = (settings, options.Value, keys.Header);
        Addresses = [.. _options.Hosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostHosts).Select(AddressOf)];
        // Asking is no part of a trace of the shop.
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null })
        {
            Timeout = _options.HostsTimeout,
            MaxResponseContentBufferSize = _options.AnswerBytes * 2L,
        };
    }

    /// <summary>The other hosts.</summary>
    public IReadOnlyList<Uri> Addresses { get; }

    /// <summary>Asks every host.</summary>
    /// <param name="path">Below the path of the API, with the query.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<HostAnswer>> AskAsync(string path, CancellationToken cancellation) =>
        await Task.WhenAll(Addresses.Select(address => AskAsync(address, path, cancellation)));

    /// <summary>The spans of a trace that other hosts have, encoded as if they were recorded here; and which hosts did not answer.</summary>
    public async Task<(SegmentStore Spans, IReadOnlyList<HostAnswer> Hosts)> SpansOfAsync(TraceKey trace, CancellationToken cancellation)
    {
        var answers = await AskAsync($"/traces/{trace}", cancellation);
        var (store, codec) = (new SegmentStore(_options.SpanBytes, now: 0), new OtlpSpanCodec());
        foreach (var span in answers.Where(answer => answer.Body is not null).SelectMany(answer => SpansOf(answer.Body!.Value)))
            store.Append(span, codec);
        return (store, answers);
    }

    public void Dispose() => _client.Dispose();

    private static IEnumerable<OtlpItem> SpansOf(JsonElement answer) =>
        from resource in OtlpReading.ItemsOf(answer, "resourceSpans")
        from scope in OtlpReading.ItemsOf(resource, "scopeSpans")
        from span in OtlpReading.ItemsOf(scope, "spans")
        where span.ValueKind is JsonValueKind.Object
        select new OtlpItem(span, scope.TryGetProperty("scope", out var its) ? OtlpReading.TextOf(its, "name") : "");

    private static Uri AddressOf(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https" ? address
        : throw new OptionsValidationException(ConsoleOptions.Section, typeof(ConsoleOptions), [$"Console__Hosts: '{text}' is no http address."]);

    private async Task<HostAnswer> AskAsync(Uri address, string path, CancellationToken cancellation)
    {
        var name = address.GetLeftPart(UriPartial.Authority);
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, _settings.ApiPath + path));
            if (_options.HostsKey.Length > 0)
                request.Headers.TryAddWithoutValidation(_header, _options.HostsKey);
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            if (answer.StatusCode is HttpStatusCode.NotFound)
                return new(name, Body: null, Problem: null);
            if (!answer.IsSuccessStatusCode)
                return new(name, Body: null, $"It answered {(int)answer.StatusCode}.");
            var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
            using var document = JsonDocument.Parse(new ReadOnlySequence<byte>(body));
            return new(name, document.RootElement.Clone(), Problem: null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(name, Body: null, $"It did not answer within {_options.HostsTimeout.TotalSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            return new(name, Body: null, e.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded ? "Its answer is too large." : "It cannot be reached.");
        }
        catch (JsonException)
        {
            return new(name, Body: null, "Its answer is no JSON.");
        }
    }
}
