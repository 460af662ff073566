using System.Buffers;
using System.Net;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Observability.Console.Access;
using Observability.Console.Settings;

namespace Observability.Console.Hosts;

/// <summary>Another host of the same shop.</summary>
/// <param name="Name">Its name in the settings; without one host and port of its address.</param>
/// <param name="Address">The address of its management listener.</param>
internal sealed record RemoteHost(string Name, Uri Address)
{
    private const int LongestName = 64;

    /// <summary>Reads <c>http://10.0.0.7:5081</c> or <c>orders=http://10.0.0.7:5081</c>.</summary>
    public static RemoteHost Parse(string text)
    {
        var (name, address) = text.IndexOf('=', StringComparison.Ordinal) is > 0 and <= LongestName and var end ? (text[..end], text[(end + 1)..]) : ("", text);
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && name.All(one => char.IsAsciiLetterOrDigit(one) || one is '-' or '_' or '.')
            ? new(name.Length > 0 ? name : uri.Authority, uri)
            : throw new OptionsValidationException(ConsoleOptions.Section, typeof(ConsoleOptions), [$"Console__Hosts: '{text}' is no http address, alone or after a name and =."]);
    }

    /// <summary>The host in words: its name and where it is.</summary>
    public override string ToString() => Name == Address.Authority ? Name : $"{Name} at {Address.Authority}";
}

/// <summary>The answer of another host.</summary>
/// <param name="Host">The host.</param>
/// <param name="Body">What it answered; null when it has nothing of the kind, or did not answer.</param>
/// <param name="Problem">Why there is no answer; null when there is one.</param>
internal sealed record HostAnswer(RemoteHost Host, JsonElement? Body, string? Problem);

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
        All = [.. _options.Hosts.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Take(MostHosts).Select(RemoteHost.Parse)];
        // Asking is no part of a trace of the shop.
        _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false, ActivityHeadersPropagator = null })
        {
            Timeout = _options.HostsTimeout,
            MaxResponseContentBufferSize = _options.AnswerBytes * 2L,
        };
    }

    /// <summary>The other hosts.</summary>
    public IReadOnlyList<RemoteHost> All { get; }

    /// <summary>Asks every host.</summary>
    /// <param name="path">Below the path of the API, with the query.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<HostAnswer>> AskAsync(string path, CancellationToken cancellation) =>
        await Task.WhenAll(All.Select(host => AskAsync(host, path, cancellation)));

    /// <summary>Asks one host.</summary>
    /// <param name="host">The host.</param>
    /// <param name="path">Below the path of the API, with the query.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<HostAnswer> AskAsync(RemoteHost host, string path, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(host.Address, _settings.ApiPath + path));
            if (_options.HostsKey.Length > 0)
                request.Headers.TryAddWithoutValidation(_header, _options.HostsKey);
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellation);
            if (answer.StatusCode is HttpStatusCode.NotFound)
                return new(host, Body: null, Problem: null);
            if (!answer.IsSuccessStatusCode)
                return new(host, Body: null, $"It answered {(int)answer.StatusCode}.");
            var body = await answer.Content.ReadAsByteArrayAsync(cancellation);
            using var document = JsonDocument.Parse(new ReadOnlySequence<byte>(body));
            return new(host, document.RootElement.Clone(), Problem: null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new(host, Body: null, $"It did not answer within {_options.HostsTimeout.TotalSeconds} s.");
        }
        catch (HttpRequestException e)
        {
            return new(host, Body: null, e.HttpRequestError is HttpRequestError.ConfigurationLimitExceeded ? "Its answer is too large." : "It cannot be reached.");
        }
        catch (JsonException)
        {
            return new(host, Body: null, "Its answer is no JSON.");
        }
    }

    public void Dispose() => _client.Dispose();
}
