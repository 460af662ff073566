using ECommerce.Web;

namespace ECommerce.Host.Security;

/// <summary>The JWKS endpoint (RFC 7517): the public keys that verify the shop's tokens, member by member.</summary>
internal static class TokenKeys
{
    public static void MapTokenKeys(this IEndpointRouteBuilder app) => app
        .MapGet("/.well-known/jwks.json", async (HttpContext context, ITokenKeys keys, CancellationToken ct) =>
        {
            var set = new TokenKeySet([.. (await keys.AllAsync(ct)).Select(key => new TokenKey(key.Kty, key.Crv, key.X, key.Y, key.Use, key.Alg, key.Kid))]);
            context.Response.Headers.CacheControl = "public, max-age=300";
            return TypedResults.Ok(set);
        })
        .WithName("GetTokenKeys")
        .RequireListener(Listener.Public | Listener.Internal)
        .WithTags("Platform")
        .WithSummary("The public keys that verify tokens (JWKS, RFC 7517).");
}

/// <summary>A public key as a JWK (RFC 7517, RFC 7518).</summary>
/// <param name="Kty">The family of algorithms: EC.</param>
/// <param name="Crv">The curve: P-256.</param>
/// <param name="X">The x coordinate, base64url.</param>
/// <param name="Y">The y coordinate, base64url.</param>
/// <param name="Use">What the key is for: sig.</param>
/// <param name="Alg">The algorithm: ES256.</param>
/// <param name="Kid">The id of the key, as the header of a token names it.</param>
internal sealed record TokenKey(string Kty, string Crv, string X, string Y, string Use, string Alg, string Kid);

/// <summary>The public keys that verify the shop's tokens (JWKS, RFC 7517).</summary>
/// <param name="Keys">The keys.</param>
internal sealed record TokenKeySet(IReadOnlyList<TokenKey> Keys);
