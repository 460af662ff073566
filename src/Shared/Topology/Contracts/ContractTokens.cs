using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using SigningKey = ECommerce.Web.SigningKey;

namespace ECommerce.Topology;

/// <summary>
/// The tokens by which hosts of the shop recognise each other: ES256 (RFC 7518), for one contract, once, and for a few seconds. They have an
/// issuer and an audience of their own, so that no customer's token is one.
/// </summary>
internal sealed class ContractTokens : IDisposable
{
    private const string Issuer = "ecommerce-hosts";

    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    private readonly JsonWebTokenHandler _handler = new() { SetDefaultTimesOnTokenCreation = false };
    private readonly SigningKey _key;
    private readonly TokenValidationParameters _rules;
    private readonly UsedTokens _used;
    private readonly TimeProvider _clock;
    private readonly string _caller;

    /// <param name="options">The own key and those of other hosts.</param>
    /// <param name="caller">Who this host says it is: the names of its modules.</param>
    /// <param name="clock">The clock of the lifetimes.</param>
    public ContractTokens(IOptions<ContractsOptions> options, string caller, TimeProvider clock)
    {
        _key = SigningKey.FromPem(options.Value.SigningKey ?? "");
        // The default factory caches signers by key id for the whole process, and another host in it may dispose of the same key.
        _key.Credentials.Key.CryptoProviderFactory = new();
        _clock = clock;
        _caller = caller;
        _used = new(Lifetime + (2 * ClockSkew), clock);
        _rules = new()
        {
            ValidIssuer = Issuer,
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKeys = [_key.Credentials.Key, .. KeysIn(options.Value.TrustedKeys)],
            TryAllIssuerSigningKeys = true,
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateLifetime = true,
            LifetimeValidator = (from, until, _, _) => until > _clock.GetUtcNow().UtcDateTime - ClockSkew && from < _clock.GetUtcNow().UtcDateTime + ClockSkew,
        };
    }

    /// <summary>A token for one call of a contract.</summary>
    public string For(Contract contract)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        return _handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = contract.Name,
            NotBefore = now,
            Expires = now + Lifetime,
            Subject = new ClaimsIdentity([new(JwtRegisteredClaimNames.Sub, _caller), new(JwtRegisteredClaimNames.Jti, Guid.NewGuid().ToString("N"))]),
            SigningCredentials = _key.Credentials,
        });
    }

    /// <summary>Checks the token of a call.</summary>
    /// <param name="authorization">The header <c>Authorization</c>.</param>
    /// <param name="contract">The contract that is called.</param>
    /// <returns>Null for a valid token; otherwise the reason, as the label of a metric.</returns>
    public async Task<string?> RefusalOfAsync(string? authorization, Contract contract)
    {
        const string Scheme = "Bearer ";
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.Ordinal))
            return "missing";
        var rules = _rules.Clone();
        rules.ValidAudience = contract.Name;
        var checkedToken = await _handler.ValidateTokenAsync(authorization[Scheme.Length..], rules);
        return checkedToken switch
        {
            { IsValid: false, Exception: SecurityTokenInvalidLifetimeException or SecurityTokenExpiredException or SecurityTokenNotYetValidException } => "expired",
            { IsValid: false, Exception: SecurityTokenInvalidAudienceException or SecurityTokenInvalidIssuerException } => "other_audience",
            { IsValid: false, Exception: SecurityTokenSignatureKeyNotFoundException or SecurityTokenInvalidSignatureException } => "signature",
            { IsValid: false } => "malformed",
            { SecurityToken.Id: { Length: 32 } id } => _used.TryAdd(id) ? null : "replayed",
            _ => "malformed",
        };
    }

    /// <summary>The problem with a text of public keys; empty when it can be read.</summary>
    public static string ProblemOf(string? pem)
    {
        try
        {
            return KeysIn(pem).All(key => key.ECDsa.KeySize == 256) ? "" : "holds a key of another curve than P-256.";
        }
        catch (Exception broken) when (broken is ArgumentException or CryptographicException)
        {
            return "must be public keys in PEM, such as openssl ec -pubout makes.";
        }
    }

    private static List<ECDsaSecurityKey> KeysIn(string? pem)
    {
        List<ECDsaSecurityKey> keys = [];
        for (var rest = pem ?? ""; PemEncoding.TryFind(rest, out var found); rest = rest[found.Location.End..])
        {
            var key = ECDsa.Create();
            key.ImportFromPem(rest.AsSpan(found.Location));
            keys.Add(new(key));
        }

        return keys.Count > 0 || string.IsNullOrWhiteSpace(pem) ? keys : throw new ArgumentException("No PEM.", nameof(pem));
    }

    public void Dispose() => _key.Dispose();
}
