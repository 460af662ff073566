using System.Security.Cryptography;
using ECommerce.Hosting;
using ECommerce.Web;

namespace ECommerce.Shared.Tests.Web;

public sealed class SigningKeyTests
{
    private const string Right = "it must be a P-256 private key in PEM, such as openssl ecparam -name prime256v1 -genkey -noout makes.";

    public static TheoryData<string, string> Wrong => new()
    {
        { SigningKey.NewPem().ReplaceLineEndings("\\n"), "has the characters \\n where its lines should end" },
        { "nonsense", "is not PEM" },
        { "", "is not PEM" },
        { RSA.Create(2048).ExportPkcs8PrivateKeyPem(), "cannot be read as a key of an elliptic curve" },
        { ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportPkcs8PrivateKeyPem(), "is a key of another curve" },
        { ECDsa.Create(ECCurve.CreateFromFriendlyName("secp256k1")).ExportPkcs8PrivateKeyPem(), "is a key of another curve" },
        { ECDsa.Create(ECCurve.NamedCurves.brainpoolP256r1).ExportECPrivateKeyPem(), "is a key of another curve" },
        { ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfoPem(), "is a public key" },
        { ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportEncryptedPkcs8PrivateKeyPem("word", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1)), "is encrypted with a passphrase" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_cannot_sign_with_ES256_is_refused_with_its_cause(string pem, string cause)
    {
        Should.Throw<StartupException>(() => SigningKey.FromPem(pem)).Message.ShouldBe($"Tokens__SigningKey {cause}: {Right}");
    }

    [Fact]
    public void Both_forms_of_a_P_256_private_key_are_taken()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        using var pkcs8 = SigningKey.FromPem(key.ExportPkcs8PrivateKeyPem());
        using var sec1 = SigningKey.FromPem(key.ExportECPrivateKeyPem());

        sec1.Public.Kid.ShouldBe(pkcs8.Public.Kid);
    }
}
