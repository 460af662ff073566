using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Traffic;

namespace ECommerce.Fuzz.Requests;

/// <summary>Tokens that should open nothing, and good ones of somebody else.</summary>
internal sealed class Identities(World world)
{
    /// <summary>Sends the request as somebody who may not.</summary>
    public void Bend(Draft draft, SeededRandom dice)
    {
        var token = draft.Token ?? world.Core[0].Token!;
        draft.Token = null;
        // What another's token does is not what the draft was written for.
        draft.Owner = null;
        draft.OnSuccess = null;
        var kind = dice.Between(0, 15);
        (draft.Bent, var authorization) = kind switch
        {
            0 => ("no token", null),
            1 => ("another customer's token", Bearer(dice.Pick(world.Core).Token!)),
            2 => ("a customer's token", Bearer(world.Core[^1].Token!)),
            3 => ("a tampered signature", Bearer(Tampered(token))),
            4 => ("a signature of another key", Bearer(SignedByAnother(token, "ES256", Claims(token)))),
            5 => ("a token that has expired", Bearer(SignedByAnother(token, "ES256", """{"iss":"ecommerce","aud":"ecommerce","sub":"0190f5fe-7c00-7a00-8000-0000000000a1","role":"admin","exp":1}"""))),
            6 => ("a token without a signature", Bearer($"{Encode("""{"alg":"none","typ":"JWT"}""")}.{token.Split('.')[1]}.")),
            7 => ("a token of another algorithm", Bearer(SignedByAnother(token, "HS256", Claims(token)))),
            8 => ("noise for a token", Bearer($"{Markers.Secret}{new string('x', dice.Pick([0, 10, 1000, 7000]))}")),
            9 => ("three parts of nothing", Bearer(dice.Pick(["..", "a.b.c", "e30.e30.", "e30.e30.e30", "é.é.é"]))),
            10 => ("another scheme", $"Basic {Markers.Secret}"),
            11 => ("a scheme alone", dice.Pick(["Bearer", "Bearer ", "", "bearer", ",", "Negotiate"])),
            12 => ("a token in capitals", $"BEARER {token.ToUpperInvariant()}"),
            13 => ("a header that is no JSON", Bearer($"{Encode("{")}.{Encode("{")}.AAAA")),
            14 => ("a claim too many", Bearer(SignedByAnother(token, "ES256", $$"""{"role":["admin","customer"],"exp":99999999999999999999,"sub":{"a":1},"{{Markers.Hostile}}":null}"""))),
            _ => ("a key by address", Bearer($"{Encode("""{"alg":"ES256","jku":"http://127.0.0.1:1/keys","kid":"../../../dev/null","x5u":"http://127.0.0.1:1/"}""")}.{token.Split('.')[1]}.AAAA")),
        };
        if (authorization is not null)
            draft.Headers.Add(("Authorization", authorization));
        if (kind is 0 && dice.Chance(0.2))
        {
            draft.Headers.Add(("Authorization", Bearer(token)));
            draft.Headers.Add(("Authorization", Bearer(world.Core[0].Token!)));
            draft.Bent = "two tokens";
        }
    }

    private static string Bearer(string token) => $"Bearer {token}";

    private static string Tampered(string token) => token[..^4] + (token.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA");

    private static string Claims(string token) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[1]));

    // The signature is what a stranger can make, and the same each time.
    private static string SignedByAnother(string token, string algorithm, string claims)
    {
        var header = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token.Split('.')[0])).Replace("ES256", algorithm, StringComparison.Ordinal);
        var content = $"{Encode(header)}.{Encode(claims)}";
        return $"{content}.{Base64Url.EncodeToString(HMACSHA512.HashData("a stranger's key"u8, Encoding.UTF8.GetBytes(content)))}";
    }

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
