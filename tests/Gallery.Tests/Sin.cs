using System.Text.RegularExpressions;

namespace ECommerce.Gallery.Tests;

/// <summary>A page of docs/gallery with its patch.</summary>
/// <param name="Name">The name of both files: <c>01-id-as-a-label</c>.</param>
/// <param name="Page">The text of the page.</param>
/// <param name="Patch">The sin itself, as a change of the shop.</param>
internal sealed partial record Sin(string Name, string Page, Patch Patch)
{
    public const string Folder = "docs/gallery";

    /// <summary>The headings of every page, in this order.</summary>
    public static readonly string[] Parts = ["What it looks like", "What it costs", "The wrong answer", "The rule", "What catches it", "The right way"];

    /// <summary>The number of the one sin that is tried, or null for all of them together.</summary>
    private static readonly string? Only = Environment.GetEnvironmentVariable("SIN") is { Length: > 0 } sin ? sin : null;

    /// <summary>The sins that are tried: all of them, or the one that the variable <c>SIN</c> names by its number.</summary>
    public static IReadOnlyList<Sin> Tried { get; } = [.. All().Where(sin => Only is null || sin.Name.StartsWith($"{Only}-", StringComparison.Ordinal))];

    public string Title => Page.Split('\n')[0];

    /// <summary>The suite of the test that catches it: <c>Signals</c>.</summary>
    public string Suite => Catcher.Groups["suite"].Value;

    /// <summary>The test that catches it: class and method.</summary>
    public string Test => $"{Catcher.Groups["class"].Value}.{Catcher.Groups["method"].Value}";

    /// <summary>What its message says of this sin and of no other.</summary>
    public string Words => Catcher.Groups["words"].Value.Trim();

    /// <summary>The numbers that can be counted, by what is counted.</summary>
    public IReadOnlyList<Figure> Figures =>
    [
        .. from row in Counted().Matches(Part("What it costs"))
           select new Figure(row.Groups["what"].Value, row.Groups["name"].Value, long.Parse(Plain(row, "before"), null), long.Parse(Plain(row, "after"), null)),
    ];

    /// <summary>The lines of the patch that the page shows.</summary>
    public IEnumerable<string> Shown => Diff().Match(Part("What it looks like")).Groups["lines"].Value.Split('\n').Where(line => line.Length > 0 && line[0] is '+' or '-');

    private Match Catcher => Caught().Match(Part("What catches it")) is { Success: true } caught
        ? caught
        : throw new FormatException($"{Folder}/{Name}.md does not say which test catches it, and with which words.");

    public string Part(string heading) => Page.Split($"\n## {heading}\n")[^1].Split("\n## ")[0];

    public override string ToString() => Name;

    private static IEnumerable<Sin> All() =>
        from patch in Directory.EnumerateFiles(Repository.PathOf(Folder), "*.patch").Order(StringComparer.Ordinal)
        select new Sin(Path.GetFileNameWithoutExtension(patch), File.ReadAllText(Path.ChangeExtension(patch, ".md")), Patch.Read(File.ReadAllText(patch)));

    private static string Plain(Match row, string column) => row.Groups[column].Value.Replace(" ", "", StringComparison.Ordinal);

    [GeneratedRegex("^```diff\n(?<lines>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Diff();

    [GeneratedRegex(
        @"\[(?<class>\w+)\]\(\.\./\.\./tests/(?<suite>\w+)\.Tests/[\w/]+\.cs\), `(?<method>\w+)`[^\n]*\n\n```text\n(?<words>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Caught();

    [GeneratedRegex(@"^\| (?<what>[a-z ]+?) `(?<name>[^`]+)` \| (?<before>[\d ]+?) \| (?<after>[\d ]+?) \|$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Counted();
}

/// <summary>A number of a page, without the patch and with it.</summary>
/// <param name="What">What is counted: <c>series of</c>, <c>log lines with</c>.</param>
/// <param name="Name">Of which metric, with which text.</param>
internal sealed record Figure(string What, string Name, long Before, long After);
