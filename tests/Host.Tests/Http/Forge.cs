using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.IdentityModel.Tokens;
using SigningKey = ECommerce.Web.SigningKey;

namespace ECommerce.Host.Tests.Http;

/// <summary>Takes tokens apart and puts others together: the signer's key is at hand here, so only the one fault stands in the way.</summary>
internal sealed class Forge(ShopFixture shop)
{
    private readonly ECDsa _key = ((ECDsaSecurityKey)shop.Services.GetRequiredService<SigningKey>().Credentials.Key).ECDsa;

    /// <summary>The same token, signed anew: proof that the forge works.</summary>
    public string Copy(string token) => Change(token, (_, _) => { });

    public string Expired(string token) => Change(token, (_, claims) =>
        (claims["iat"], claims["exp"]) = (DateTimeOffset.UtcNow.AddHours(-2).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds()));

    public string Endless(string token) => Change(token, (_, claims) => claims.Remove("exp"));

    public string FromAnotherIssuer(string token) => Change(token, (_, claims) => claims["iss"] = "somebody-else");

    public string ForAnotherAudience(string token) => Change(token, (_, claims) => claims["aud"] = "somebody-else");

    public string WithMoreRights(string token) => Change(token, (_, claims) => claims["role"] = claims["role"]!.GetValue<string>() == "admin" ? "customer" : "admin");

    /// <summary>Claims changed and the old signature kept.</summary>
    public static string Tampered(string token)
    {
        var parts = token.Split('.');
        var claims = Read(parts[1]);
        claims["exp"] = claims["exp"]!.GetValue<long>() + 1;
        return $"{parts[0]}.{Write(claims)}.{parts[2]}";
    }

    /// <summary>Signed with a key of the attacker's own, under the id of the real one.</summary>
    public static string SignedByAnother(string token)
    {
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var parts = token.Split('.');
        return $"{parts[0]}.{parts[1]}.{Sign(another, parts)}";
    }

    public static string Unsigned(string token)
    {
        var parts = token.Split('.');
        var header = Read(parts[0]);
        header["alg"] = "none";
        return $"{Write(header)}.{parts[1]}.";
    }

    /// <summary>The public key, which everybody has, taken for a shared secret.</summary>
    public string SignedWithThePublicKey(string token)
    {
        var parts = token.Split('.');
        var header = Read(parts[0]);
        header["alg"] = "HS256";
        var content = $"{Write(header)}.{parts[1]}";
        var secret = Encoding.UTF8.GetBytes(_key.ExportSubjectPublicKeyInfoPem());
        return $"{content}.{Base64Url.EncodeToString(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(content)))}";
    }

    private string Change(string token, Action<JsonObject, JsonObject> change)
    {
        var parts = token.Split('.');
        var (header, claims) = (Read(parts[0]), Read(parts[1]));
        change(header, claims);
        parts = [Write(header), Write(claims)];
        return $"{parts[0]}.{parts[1]}.{Sign(_key, parts)}";
    }

    private static string Sign(ECDsa key, string[] parts) =>
        Base64Url.EncodeToString(key.SignData(Encoding.UTF8.GetBytes($"{parts[0]}.{parts[1]}"), HashAlgorithmName.SHA256));

    private static JsonObject Read(string part) => JsonNode.Parse(Base64Url.DecodeFromChars(part))!.AsObject();

    private static string Write(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
