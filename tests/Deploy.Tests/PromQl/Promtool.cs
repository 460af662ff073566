using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.PromQl;

/// <summary>What Prometheus's own tool says of expressions.</summary>
internal static partial class Promtool
{
    /// <summary>Asks once for all of them, as rules of a file: a rule's expression is read as a query's.</summary>
    /// <returns>For each that is refused, its place in the list and the reason.</returns>
    public static async Task<IReadOnlyList<(int Index, string Reason)>> RefusesAsync(IReadOnlyList<string> expressions)
    {
        ArgumentNullException.ThrowIfNull(expressions);
        var rules = expressions.Select((expression, i) => (JsonNode)new JsonObject { ["record"] = NameOf(i), ["expr"] = expression });
        var file = new JsonObject { ["groups"] = new JsonArray(new JsonObject { ["name"] = "expressions", ["rules"] = new JsonArray([.. rules]) }) };
        var path = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(path, file.ToJsonString()); // JSON is YAML
            var (code, written) = await RunAsync("check", "rules", "--lint=none", path);
            (int, string)[] refused = [.. Refusal().Matches(written)
                .Select(refusal => (int.Parse(refusal.Groups["index"].ValueSpan, CultureInfo.InvariantCulture), refusal.Groups["reason"].Value.Trim()))];
            return code == 0 || refused.Length > 0 ? refused : throw new InvalidOperationException($"promtool ended with {code}: {written}");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <returns>The exit code, and all that it wrote.</returns>
    public static async Task<(int Code, string Written)> RunAsync(params string[] arguments)
    {
        var (code, output, errors) = await Subprocess.RunAsync(["promtool", .. arguments]);
        return (code, $"{output}{errors}");
    }

    private static string NameOf(int index) => $"expression:{index}";

    [GeneratedRegex(@"""expression:(?<index>\d+)"": (?<reason>[^\n]*)")]
    private static partial Regex Refusal();
}
