using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace ECommerce.Testing;

/// <summary>What can be asked of a running shop over HTTP, wherever its host runs.</summary>
public abstract class ShopClient
{
    protected ShopClient() => Given = new(this);

    /// <summary>A client of the shop, without a token.</summary>
    public HttpClient Public { get; private set; } = null!;

    /// <summary>A client of the operators' listener, without the key.</summary>
    public HttpClient Management { get; private set; } = null!;

    /// <summary>A client of the operators' listener that sends the key.</summary>
    public HttpClient Operator { get; private set; } = null!;

    /// <summary>Makes facts through the API.</summary>
    public Given Given { get; }

    /// <summary>Sends a request to the public listener.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">The path and the query.</param>
    /// <param name="body">Becomes JSON; an <see cref="HttpContent"/> goes out as it is.</param>
    /// <param name="by">Whose token to send; nobody's when null.</param>
    /// <param name="headers">More headers, as they are.</param>
    public async Task<Answer> SendAsync(HttpMethod method, string path, object? body = null, Customer? by = null, params (string Name, string Value)[] headers)
    {
        using var request = Request(method, path, body, by, headers);
        return await SendAsync(request);
    }

    public async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Public.SendAsync(request);
        return await Answer.ReadAsync(response);
    }

    public Task<Answer> GetAsync(string path, Customer? by = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Get, path, null, by, headers);

    public Task<Answer> PostAsync(string path, object? body = null, Customer? by = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, body, by, headers);

    public Task<Answer> PutAsync(string path, object? body = null, Customer? by = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Put, path, body, by, headers);

    public Task<Answer> DeleteAsync(string path, Customer? by = null, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Delete, path, null, by, headers);

    /// <summary>Counters and histogram counts of <c>/metrics</c>, by series: <c>orders_transitions_total{from="placed",to="paid"}</c>.</summary>
    public async Task<Metrics> MetricsAsync() => Metrics.Parse(await Management.GetStringAsync("/metrics"));

    protected static HttpRequestMessage Request(HttpMethod method, string path, object? body, Customer? by, (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, path)
        {
            Content = body switch
            {
                null => null,
                HttpContent content => content,
                _ => JsonContent.Create(body, options: JsonSerializerOptions.Web),
            },
        };
        if (by is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", by.Token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    /// <summary>Makes the clients, once the two listeners have addresses.</summary>
    protected void Call(Uri publicAddress, Uri managementAddress, string managementKey)
    {
        Public = new(Through(ToPublic(Sockets()))) { BaseAddress = publicAddress };
        Management = new(ToManagement(Sockets())) { BaseAddress = managementAddress };
        Operator = new(ToManagement(Sockets())) { BaseAddress = managementAddress, DefaultRequestHeaders = { { "X-Management-Key", managementKey } } };
    }

    protected void HangUp()
    {
        Public?.Dispose();
        Management?.Dispose();
        Operator?.Dispose();
    }

    /// <summary>Lets a derived client see what is sent to the public listener and what comes back.</summary>
    protected virtual HttpMessageHandler Through(HttpMessageHandler sockets) => sockets;

    /// <summary>Sends what goes to the public listener to one of several hosts.</summary>
    private protected virtual HttpMessageHandler ToPublic(HttpMessageHandler sockets) => sockets;

    /// <summary>Sends what goes to the management listener to one of several hosts, or to all.</summary>
    private protected virtual HttpMessageHandler ToManagement(HttpMessageHandler sockets) => sockets;

    // A request that expects to be refused (Expect: 100-continue) keeps its body back until it has heard.
    private static SocketsHttpHandler Sockets() => new() { Expect100ContinueTimeout = Eventually.Deadline };
}
