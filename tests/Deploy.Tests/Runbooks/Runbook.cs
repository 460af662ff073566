using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Runbooks;

/// <summary>What a person does about one alert: a page under docs/runbooks, by its path.</summary>
internal sealed partial record Runbook(string Path)
{
    public const string Folder = "docs/runbooks";

    public string Text { get; } = new DeployFile(Path).Text;

    public IReadOnlyList<string> Headings => [.. Heading().Matches(Text).Select(heading => heading.Groups["name"].Value)];

    public static DeployFile Index { get; } = new($"{Folder}/README.md");

    public static IReadOnlyList<Runbook> All() =>
        [.. DeployFile.In(Folder, "*.md").Where(file => file.Path != Index.Path).Select(file => new Runbook(file.Path))];

    /// <summary>Every PromQL expression of every runbook.</summary>
    public static IEnumerable<(string Runbook, string Expression)> Queries() => Blocks("promql");

    /// <summary>Every block in that language of every runbook, and of the index.</summary>
    public static IEnumerable<(string Runbook, string Text)> Blocks(string language) =>
        All().Append(new(Index.Path)).SelectMany(page => page.BlocksIn(language), (page, text) => (page.Path, text));

    public IEnumerable<string> BlocksIn(string language) => BlocksOf(Text, language);

    /// <summary>What stands under a heading.</summary>
    public string Part(string heading) =>
        Text.Split($"\n## {heading}\n") is [_, var rest] ? rest.Split("\n## ")[0] : "";

    public static IEnumerable<string> BlocksOf(string text, string language) =>
        Fenced().Matches(text)
            .Where(block => block.Groups["language"].Value == language)
            .Select(block => block.Groups["body"].Value.Replace($"\n{block.Groups["indent"].Value}", "\n", StringComparison.Ordinal).Trim());

    public override string ToString() => Path;

    [GeneratedRegex("^## (?<name>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Heading();

    // Within a list a block is indented, and so is each of its lines.
    [GeneratedRegex(@"^(?<indent> *)```(?<language>\w+)\n(?<body>.*?)^\k<indent>```$", RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Fenced();
}
