using System.Security.Cryptography;
using System.Text;
using ECommerce.Hosting;
using Microsoft.IdentityModel.Tokens;

namespace ECommerce.Web;

/// <summary>The P-256 private key that signs tokens (ES256, RFC 7518), with its key id.</summary>
public sealed class SigningKey : IDisposable
{
    private const string P256 = "1.2.840.10045.3.1.7";

    private static readonly byte[] Sample = [1, 2, 3];

    private readonly ECDsa _key;

    private SigningKey(ECDsa key)
    {
        _key = key;
        // Only the public key is exported: a JWK of the private key would contain it.
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
    /// <exception cref="StartupException">It is not such a key. The message holds nothing of it.</exception>
    public static SigningKey FromPem(string pem) =>
        TryRead(pem, out var problem) ?? throw new StartupException($"Tokens__SigningKey {problem}");

    /// <param name="pem">The configured text.</param>
    /// <param name="problem">The problem with it, and how to make a valid key.</param>
    /// <returns>The key; null when the text is not a P-256 private key.</returns>
    public static SigningKey? TryRead(string pem, out string problem)
    {
        ArgumentNullException.ThrowIfNull(pem);
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            problem = key.ExportParameters(includePrivateParameters: false).Curve.Oid.Value == P256 ? Signs(key) : "is a key of another curve";
        }
        catch (Exception broken) when (broken is ArgumentException or CryptographicException)
        {
            problem = ProblemOf(pem);
        }

        if (problem.Length == 0)
            return new(key);
        key.Dispose();
        problem = $"{problem}: it must be a P-256 private key in PEM, such as openssl ecparam -name prime256v1 -genkey -noout makes.";
        return null;
    }

    // A public key is imported as readily as a private one.
    private static string Signs(ECDsa key)
    {
        try
        {
            return key.VerifyData(Sample, key.SignData(Sample, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256) ? "" : "does not sign";
        }
        catch (CryptographicException)
        {
            return "is a public key";
        }
    }

    private static string ProblemOf(string pem) => pem switch
    {
        _ when pem.Contains("\\n", StringComparison.Ordinal) => "has the characters \\n where its lines should end",
        _ when pem.Contains("ENCRYPTED", StringComparison.Ordinal) => "is encrypted with a passphrase",
        _ when !pem.Contains("-----BEGIN ", StringComparison.Ordinal) => "is not PEM",
        _ => "cannot be read as a key of an elliptic curve",
    };

    /// <summary>Derives a secret of 32 bytes for another purpose, the same on every host with this key (HKDF, RFC 5869).</summary>
    public byte[] DeriveSecret(string purpose) => HKDF.DeriveKey(
        HashAlgorithmName.SHA256, _key.ExportParameters(includePrivateParameters: true).D!, outputLength: 32, info: Encoding.UTF8.GetBytes(purpose));

    public static string NewPem()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return key.ExportPkcs8PrivateKeyPem();
    }

    public void Dispose() => _key.Dispose();
}
