using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ECommerce.Docs.Tests;

/// <summary>What the README tells a newcomer to type answers as it says.</summary>
public sealed partial class ReadmeTests(DemoShop shop) : IClassFixture<DemoShop>
{
    [Fact]
    public async Task The_calls_of_the_readme_answer_as_printed()
    {
        var calls = Call().Matches(new Page("README.md").Text);
        calls.Count.ShouldBe(10, "five calls to a paid order, its timeline, its metric, and three to follow it");

        var answers = await PasteAsync(calls.Select(call => call.Groups["typed"].Value));

        foreach (var (call, seen) in calls.Zip(answers))
        {
            var printed = call.Groups["printed"].Value.Trim();
            if (call.Groups["language"].Value == "json")
                ShouldLookLike(JsonElement.Parse(seen), JsonElement.Parse(printed), $"the answer of\n{call.Groups["typed"].Value}");
            else
                Regex.IsMatch(seen, $"^{Regex.Escape(printed).Replace("…", "[^\n]*", StringComparison.Ordinal)}$").ShouldBeTrue($"the answer of\n{call.Groups["typed"].Value}is\n{seen}");
        }
    }

    /// <summary>One shell for all of them, as in a terminal: what one call assigns the next one knows.</summary>
    private async Task<string[]> PasteAsync(IEnumerable<string> calls)
    {
        var between = $"-- {Guid.NewGuid():N} --";
        // A person who pastes gives the outboxes the moment that they need.
        const string Settle = "for try in $(seq 200); do curl -s http://127.0.0.1:5081/ops/outbox | grep -q '\"items\":\\[\\]' && break; done";
        var script = string.Concat(calls.Select(call => $"{call}\n{Settle}\necho '{between}'\n"))
            .Replace("http://127.0.0.1:5080", shop.Public.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
            .Replace("shop.log", shop.LogFile, StringComparison.Ordinal)
            .Replace("http://127.0.0.1:5081", shop.Management.BaseAddress!.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal);
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-euo", "pipefail", "-c", script]) { RedirectStandardOutput = true })!;
        var output = await bash.StandardOutput.ReadToEndAsync();
        await bash.WaitForExitAsync();
        bash.ExitCode.ShouldBe(0, output);
        return [.. output.Split(between).Select(answer => answer.Trim()).SkipLast(1)];
    }

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

    [GeneratedRegex("<!-- call -->\n```sh\n(?<typed>.*?)```\n```(?<language>[a-z]*)\n(?<printed>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Call();
}
