using System.Collections.Concurrent;
using ECommerce.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SigningKey = ECommerce.Web.SigningKey;

namespace ECommerce.Topology.Tests;

/// <summary>A program in place of the hosts of Users and Products, which says what a test wants and counts what it is asked.</summary>
internal sealed class OtherHosts : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _asked = new();
    private readonly SemaphoreSlim _answers = new(0);

    private OtherHosts(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.Single());

    /// <summary>The key whose public half is in the JWKS; null makes it answer 500.</summary>
    public SigningKey? Key { get; set; }

    /// <summary>The version of every user's credentials.</summary>
    public int CredentialsVersion { get; set; } = 1;

    /// <summary>Whether reservations are answered with 500.</summary>
    public bool IsBroken { get; set; }

    /// <summary>Whether reservations wait for <see cref="Answer"/>.</summary>
    public bool IsSlow { get; set; }

    public static async Task<OtherHosts> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var hosts = new OtherHosts(app);
        app.MapGet("/.well-known/jwks.json", hosts.Keys);
        app.MapPost("/contracts/users.find-user.v1", (Delegate)hosts.OwnerAsync);
        app.MapPost("/contracts/products.reserve-stock.v1", (Delegate)hosts.ReserveAsync);
        await app.StartAsync();
        return hosts;
    }

    public int Asked(string what) => _asked.GetValueOrDefault(what);

    /// <summary>Answers so many reservations.</summary>
    public void Answer(int reservations) => _answers.Release(reservations);

    /// <summary>A customer whose token is signed with the key.</summary>
    public static Customer CustomerWith(SigningKey key)
    {
        var id = Guid.CreateVersion7();
        var token = new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = new TokenOptions().Issuer,
            Audience = new TokenOptions().Audience,
            Expires = DateTime.UtcNow.AddHours(1),
            Claims = new Dictionary<string, object> { ["sub"] = id.ToString(), ["jti"] = Guid.NewGuid().ToString(), ["role"] = "customer", ["cv"] = 1 },
            SigningCredentials = key.Credentials,
        });
        return new(id, "", "", "", token);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _answers.Dispose();
    }

    private IResult Keys()
    {
        Count("keys");
        return Key?.Public is { } key ? Results.Json(new { keys = new[] { new { key.Kty, key.Crv, key.X, key.Y, key.Use, key.Alg, key.Kid } } }) : Results.StatusCode(500);
    }

    private async Task<IResult> OwnerAsync(HttpContext context)
    {
        Count("owner");
        using var asked = await System.Text.Json.JsonDocument.ParseAsync(context.Request.Body);
        return Results.Json(new { value = new { id = asked.RootElement.GetProperty("userId").GetGuid(), role = "customer", credentialsVersion = CredentialsVersion }, error = (object?)null });
    }

    private async Task<IResult> ReserveAsync(HttpContext context)
    {
        Count("reserve");
        if (IsSlow)
            await _answers.WaitAsync(context.RequestAborted);
        return IsBroken
            ? Results.StatusCode(500)
            : Results.Json(new { value = (object?)null, error = new { code = "products.unknown_product", status = 404, title = "There is no such product.", advice = "None." } });
    }

    private void Count(string what) => _asked.AddOrUpdate(what, 1, (_, times) => times + 1);
}
