using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ECommerce.Users;

/// <summary>The keys under which failed logins are counted.</summary>
/// <param name="Account">The key of an e-mail, registered or not.</param>
/// <param name="Client">The key of a client network.</param>
/// <param name="Pair">The key of both together.</param>
internal readonly record struct LoginPair(Guid Account, Guid Client, Guid Pair);

/// <summary>
/// Computes the keys of the login throttle: HMAC-SHA256, truncated to 128 bits. The HMAC key is derived from the signing key, which all
/// hosts share and the database does not hold: a copy of the table does not allow guessing e-mails or addresses.
/// </summary>
internal sealed class ThrottleKeys(SigningKey signingKey)
{
    private const int KeyBytes = 16;

    private readonly byte[] _key = signingKey.DeriveSecret("login throttle");

    /// <param name="emailKey">The key of the e-mail.</param>
    /// <param name="client">The client network.</param>
    public LoginPair Of(string emailKey, IPAddress client)
    {
        var (account, network) = (Encoding.UTF8.GetBytes(emailKey), client.GetAddressBytes());
        return new(Hash("account", account), Hash("client", network), Hash("pair", [.. network, .. account]));
    }

    private Guid Hash(string kind, byte[] bytes)
    {
        byte[] message = [.. Encoding.ASCII.GetBytes(kind), 0, .. bytes];
        return new(HMACSHA256.HashData(_key, message).AsSpan(0, KeyBytes));
    }
}
