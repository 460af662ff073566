using Microsoft.IdentityModel.Tokens;
using SigningKey = ECommerce.Web.SigningKey;

namespace ECommerce.Host.Security;

/// <summary>The public keys that verify the tokens of customers.</summary>
internal interface ITokenKeys
{
    /// <summary>The known keys with this id; none when it is unknown.</summary>
    IEnumerable<SecurityKey> Find(string keyId);

    /// <summary>Fetches the keys again if the key of this token is unknown.</summary>
    ValueTask LoadAsync(string? authorization, CancellationToken ct);

    /// <summary>All keys, for the JWKS endpoint.</summary>
    ValueTask<IReadOnlyCollection<JsonWebKey>> AllAsync(CancellationToken ct);
}

/// <summary>The key of the host that holds Users and signs tokens.</summary>
internal sealed class OwnTokenKeys(SigningKey key) : ITokenKeys
{
    private readonly SecurityKey[] _keys = [key.Credentials.Key];

    public IEnumerable<SecurityKey> Find(string keyId) => _keys;

    public ValueTask LoadAsync(string? authorization, CancellationToken ct) => ValueTask.CompletedTask;

    public ValueTask<IReadOnlyCollection<JsonWebKey>> AllAsync(CancellationToken ct) => new([key.Public]);
}
