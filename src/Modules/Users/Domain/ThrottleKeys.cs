using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace ECommerce.Users;

/// <summary>What failed logins are counted under.</summary>
/// <param name="Account">Of an e-mail, whether or not somebody is registered with it.</param>
/// <param name="Client">Of a client network.</param>
/// <param name="Pair">Of both together.</param>
internal readonly record struct LoginPair(Guid Account, Guid Client, Guid Pair);

/// <summary>
/// Makes the keys of the login throttle: HMAC-SHA256, cut to 128 bits. Its key is derived from the key that signs tokens, which all hosts
/// share and the database does not hold: neither e-mails nor addresses can be found by trying them against a copy of the table.
/// </summary>
internal sealed class ThrottleKeys(SigningKey signingKey)
{
    private const int KeyBytes = 16;

    private readonly byte[] _key = signingKey.DeriveSecret("login throttle");

    /// <param name="emailKey">The e-mail as it is compared.</param>
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
