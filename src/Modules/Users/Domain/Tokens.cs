using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Users;

/// <summary>Issues access tokens: JWT signed with ES256, without personal data, since every holder can read a token.</summary>
internal sealed class Tokens(SigningKey key, IOptions<TokenOptions> options, Failpoints failpoints, TimeProvider clock)
{
    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <param name="userId">The claim <c>sub</c>.</param>
    /// <param name="role">The claim <c>role</c>.</param>
    /// <param name="credentialsVersion">The claim <c>cv</c>: the token becomes invalid when the user's version changes.</param>
    public (string Token, DateTimeOffset ExpiresAt) Issue(Guid userId, string role, int credentialsVersion)
    {
        // A token has whole seconds; the answer agrees with it.
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
