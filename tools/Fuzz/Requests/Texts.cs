using System.Text.Encodings.Web;
using System.Text.Json;

namespace ECommerce.Fuzz.Requests;

/// <summary>Strings that have broken something somewhere.</summary>
internal static class Texts
{
    /// <summary>Leaves what need not be escaped as it is, so that it travels.</summary>
    public static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static readonly string[] Hostile =
    [
        $"{Markers.Hostile}' OR '1'='1",
        $"{Markers.Hostile}'; DROP TABLE users.users; --",
        $"{Markers.Hostile}\" UNION ALL (VALUES (1)) --",
        $"{Markers.Hostile}\\' || pg_sleep(20) || '",
        $"%_\\{Markers.Hostile}%",
        $"<script>alert('{Markers.Hostile}')</script>",
        $"\"><img src=x onerror={Markers.Hostile}>",
        $"{Markers.Hostile}\r\n{Markers.InjectedHeader}: 1\r\n\r\n<html>",
        $"{Markers.Hostile}\n{{\"{Markers.ForgedMember}\":true,\"level\":\"Information\",\"message\":\"{Markers.Hostile}\"}}",
        $"{Markers.Hostile}\u2028\u2029\u0085\v\f",
        $"\u0000{Markers.Hostile}",
        $"{Markers.Hostile}\u0000",
        $"\u202E{Markers.Hostile}\u202C",
        $"\u0645\u0631\u062D\u0628\u0627 {Markers.Hostile}",
        $"\U0001F469\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466 {Markers.Hostile}",
        $"Z\u0351\u036B\u0343\u036A{Markers.Hostile}",
        $"\u0130\u0131\u00DF\uFB03 {Markers.Hostile}",
        $"\uFEFF{Markers.Hostile}",
        $"\uFFFE\uFFFF{Markers.Hostile}",
        $"\U0010FFFF{Markers.Hostile}",
        $"\u001B[31m{Markers.Hostile}\u001B[0m\b\a",
        $"${{jndi:ldap://127.0.0.1/{Markers.Hostile}}}",
        $"{{{{7*7}}}}{Markers.Hostile}",
        $"{{0}}{{1}}{{{Markers.Hostile}}}",
        $"%s%n%x{Markers.Hostile}",
        $"=1+1|{Markers.Hostile}",
        $"../../../../etc/passwd {Markers.Hostile}",
        $"$(touch /tmp/{Markers.Hostile})`id`",
        "null", "undefined", "true", "NaN", "-0", " ", "\t", "",
        new string('A', 10_000) + Markers.Hostile,
        string.Concat(Enumerable.Repeat("\uFDFA", 300)) + Markers.Hostile,
    ];

    /// <summary>JSON texts in place of a string: what a string can hold and an encoder would not write.</summary>
    public static readonly string[] HostileJson =
    [
        $"\"\\ud800{Markers.Hostile}\"",
        $"\"\\udc00{Markers.Hostile}\"",
        $"\"{Markers.Hostile}\\ud83d\"",
        "\"\\ud83d\\ude00\"",
        $"\"{Draft.BadByte}{Markers.Hostile}\"",
        $"\"\u0001{Markers.Hostile}\"",
        $"\"\\x41{Markers.Hostile}\"",
        $"\"\\u00{Markers.Hostile}\"",
        $"'{Markers.Hostile}'",
        $"\"\\/\\b\\f\\n\\r\\t{Markers.Hostile}\"",
    ];

    public static string Quote(string text) => JsonSerializer.Serialize(text, Json);
}
