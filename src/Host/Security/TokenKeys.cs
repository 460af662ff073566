using ECommerce.Platform.Security;

namespace ECommerce.Host.Security;

/// <summary>The keys with which anyone can check the shop's tokens (JWKS, RFC 7517): the public half, member by member.</summary>
internal static class TokenKeys
{
    private sealed record Key(string Kty, string Crv, string X, string Y, string Use, string Alg, string Kid);

    private sealed record Set(IReadOnlyList<Key> Keys);

    public static void MapTokenKeys(this IEndpointRouteBuilder app) => app
        .MapGet("/.well-known/jwks.json", (HttpContext context, SigningKey signing) =>
        {
            var key = signing.Public;
            context.Response.Headers.CacheControl = "public, max-age=300";
            return TypedResults.Ok(new Set([new(key.Kty, key.Crv, key.X, key.Y, key.Use, key.Alg, key.Kid)]));
        })
        .WithName("GetTokenKeys")
        .WithTags("Platform")
        .WithSummary("The public keys that tokens are checked with (RFC 7517).");
}
