using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Platform.Security;

/// <summary>The P-256 key that signs tokens (ES256, RFC 7518), with the id by which a verifier finds its public half.</summary>
public sealed class SigningKey : IDisposable
{
    private readonly ECDsa _key;

    private SigningKey(ECDsa key)
    {
        _key = key;
        // Only the public half is ever exported: a JWK made from the private key would carry it along.
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        Public = new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = JsonWebKeyECTypes.P256,
            X = Base64UrlEncoder.Encode(point.X),
            Y = Base64UrlEncoder.Encode(point.Y),
            Use = "sig",
            Alg = SecurityAlgorithms.EcdsaSha256,
        };
        Public.Kid = Base64UrlEncoder.Encode(Public.ComputeJwkThumbprint());
        Credentials = new(new ECDsaSecurityKey(key) { KeyId = Public.Kid }, SecurityAlgorithms.EcdsaSha256);
    }

    public SigningCredentials Credentials { get; }

    public JsonWebKey Public { get; }

    /// <param name="pem">A P-256 private key, PKCS#8 or SEC 1, in PEM.</param>
    /// <exception cref="StartupException">It is not such a key.</exception>
    public static SigningKey FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            if (key.KeySize == 256)
                return new(key);
        }
        catch (Exception broken) when (broken is ArgumentException or CryptographicException)
        {
            // Told below, without a word of what was configured.
        }

        key.Dispose();
        throw new StartupException("Tokens__SigningKey must be a P-256 private key in PEM: openssl ecparam -name prime256v1 -genkey -noout");
    }

    /// <summary>A secret of 32 bytes for another purpose, the same on every host with this key (HKDF, RFC 5869).</summary>
    public byte[] DeriveSecret(string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, _key.ExportParameters(includePrivateParameters: true).D!, outputLength: 32, info: Encoding.UTF8.GetBytes(purpose));

    public static string NewPem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    public void Dispose() => _key.Dispose();
}
