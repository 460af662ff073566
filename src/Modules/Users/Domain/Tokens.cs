using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Users;

/// <summary>Makes the tokens that callers carry: ES256, and nothing personal in them, for anyone who holds one can read it.</summary>
internal sealed class Tokens(SigningKey key, IOptions<TokenOptions> options, Failpoints failpoints, TimeProvider clock)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <param name="userId">Becomes <c>sub</c>.</param>
    /// <param name="role">Becomes <c>role</c>.</param>
    /// <param name="credentialsVersion">Becomes <c>cv</c>: the token ends when the user's version moves on.</param>
    public (string Token, DateTimeOffset ExpiresAt) Issue(Guid userId, string role, int credentialsVersion)
    {
        // A token counts whole seconds; what the caller is told agrees with it.
        var now = DateTimeOffset.FromUnixTimeSeconds(Now().ToUnixTimeSeconds());
        var expires = now + options.Value.Lifetime;
        var token = _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = options.Value.Issuer,
            Audience = options.Value.Audience,
            IssuedAt = now.UtcDateTime,
            Expires = expires.UtcDateTime,
            Claims = new Dictionary<string, object>
            {
                [JwtRegisteredClaimNames.Sub] = userId.ToString(),
                [JwtRegisteredClaimNames.Jti] = Guid.NewGuid().ToString(),
                ["role"] = role,
                ["cv"] = credentialsVersion,
            },
            SigningCredentials = key.Credentials,
        });
        return (token, expires);
    }

    private DateTimeOffset Now() =>
        clock.GetUtcNow() - (failpoints.IsHit(TokenFailpoints.ClockSkew, out var skew) ? skew : TimeSpan.Zero);
}
