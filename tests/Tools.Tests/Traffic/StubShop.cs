using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace ECommerce.Tools.Tests.Traffic;

/// <summary>A shop that sells nothing and takes everybody in, and can be told to behave badly.</summary>
internal sealed class StubShop : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private StubShop(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>Every request so far, those in work too.</summary>
    public ConcurrentQueue<Seen> Requests { get; } = new();

    /// <summary>Asked before each answer, with the number of the request from 1; true when it has answered itself.</summary>
    public Func<HttpContext, int, Task<bool>> Misbehaves { get; set; } = (_, _) => Task.FromResult(false);

    public static async Task<StubShop> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        var shop = new StubShop(app);
        app.Run(shop.AnswerAsync);
        await app.StartAsync();
        return shop;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var number = Interlocked.Increment(ref _requests);
        Requests.Enqueue(new($"{context.Request.Method} {path}", context.Request.Headers.TraceParent.ToString()));
        if (await Misbehaves(context, number))
            return;
        await context.Response.WriteAsJsonAsync<object>(path switch
        {
            "/api/users/login" => new { token = "a token", expiresAt = "2100-01-01T00:00:00Z" },
            "/api/users" => new { id = Guid.NewGuid() },
            _ => new { items = Array.Empty<object>(), next = (string?)null },
        });
    }

    internal sealed record Seen(string Line, string TraceParent);
}
