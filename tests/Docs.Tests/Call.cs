using System.Text.Json;
using System.Text.RegularExpressions;

namespace ECommerce.Docs.Tests;

/// <summary>Something that a page tells its reader to type, after <c>&lt;!-- call --&gt;</c>, and what it prints below as the answer, folded or not.</summary>
/// <param name="Typed">What is typed, to the end of its last line.</param>
/// <param name="Language">Of the answer: <c>json</c>, or nothing for text.</param>
/// <param name="Printed">The answer; <c>…</c> stands for what is different each time. Empty when nothing is printed.</param>
internal sealed partial record Call(string Typed, string Language, string Printed)
{
    /// <summary>Those of a page, in its order.</summary>
    public static IReadOnlyList<Call> Of(Page page) =>
        [.. Marked().Matches(page.Text).Select(call => new Call(call.Groups["typed"].Value, call.Groups["language"].Value, call.Groups["printed"].Value.Trim()))];

    /// <summary>Compares what was answered with what the page prints: every member and every word, and nothing besides.</summary>
    public void ShouldBeAnswered(string seen)
    {
        var where = $"the answer of\n{Typed}is\n{seen}\n";
        if (Language == "json")
            ShouldLookLike(JsonElement.Parse(seen), JsonElement.Parse(Printed), where);
        else
            IsText(seen).ShouldBeTrue(where);
    }

    /// <summary>Whether <see cref="ShouldBeAnswered"/> has nothing against it.</summary>
    public bool IsAnsweredBy(string seen) => Language == "json" ? Record.Exception(() => ShouldBeAnswered(seen)) is null : IsText(seen);

    private bool IsText(string seen) => Regex.IsMatch(seen, $"^{Regex.Escape(Printed).Replace("…", "[^\n]*", StringComparison.Ordinal)}$");

    /// <summary>The same members in the same order with the same values; <c>…</c> in a printed text stands for any other text.</summary>
    private static void ShouldLookLike(JsonElement seen, JsonElement printed, string where)
    {
        seen.ValueKind.ShouldBe(printed.ValueKind, where);
        switch (printed.ValueKind)
        {
            case JsonValueKind.Object:
                seen.EnumerateObject().Select(member => member.Name).ShouldBe(printed.EnumerateObject().Select(member => member.Name), where);
                foreach (var member in printed.EnumerateObject())
                    ShouldLookLike(seen.GetProperty(member.Name), member.Value, $"{where}.{member.Name}");
                break;
            case JsonValueKind.Array:
                seen.GetArrayLength().ShouldBe(printed.GetArrayLength(), where);
                for (var i = 0; i < printed.GetArrayLength(); i++)
                    ShouldLookLike(seen[i], printed[i], $"{where}[{i}]");
                break;
            case JsonValueKind.String when printed.GetString()!.Contains('…', StringComparison.Ordinal):
                break;
            default:
                seen.GetRawText().ShouldBe(printed.GetRawText(), where);
                break;
        }
    }

    [GeneratedRegex("<!-- call -->\n```sh\n(?<typed>.*?)```(\n(\n<details><summary>[^\n]*</summary>\n\n)?```(?<language>[a-z]*)\n(?<printed>.*?)```)?", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Marked();
}
