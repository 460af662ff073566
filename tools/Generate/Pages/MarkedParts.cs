using System.Text.RegularExpressions;
using ECommerce.Testing;

namespace ECommerce.Generate.Pages;

/// <summary>
/// The parts of the pages that are generated: what stands between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>. A part named
/// <c>file path</c> quotes that file of the repository.
/// </summary>
internal static partial class MarkedParts
{
    /// <summary>Every page that has such a part, with its parts made anew: path and text.</summary>
    /// <param name="parts">The texts of the parts that quote no file, by name.</param>
    /// <exception cref="InvalidOperationException">No page has one of these parts.</exception>
    public static IEnumerable<(string Path, string Text)> Make(IReadOnlyDictionary<string, string> parts)
    {
        var pages = Pages().Select(path => (Path: path, Text: File.ReadAllText(Path.Combine(Repository.Root, path)))).Where(page => Part().IsMatch(page.Text)).ToList();
        var found = pages.SelectMany(page => Part().Matches(page.Text)).Select(part => part.Groups["name"].Value).ToHashSet();
        if (parts.Keys.FirstOrDefault(name => !found.Contains(name)) is { } missing)
            throw new InvalidOperationException($"No page has the generated part <!-- {missing} --> … <!-- /{missing} -->.");
        return pages.Select(page => (page.Path, Part().Replace(page.Text, part => $"{part.Groups["opening"].Value}{Of(part.Groups["name"].Value, part.Groups["body"].Value)}{part.Groups["closing"].Value}")));

        string Of(string name, string body) => parts.TryGetValue(name, out var text) ? text : name.StartsWith("file ", StringComparison.Ordinal) ? Quote(name[5..]) : body;
    }

    private static string Quote(string path) => $"```csharp\n{File.ReadAllText(Path.Combine(Repository.Root, path)).TrimStart('\uFEFF')}```\n";

    private static IEnumerable<string> Pages() => Directory.EnumerateFiles(Repository.Root, "*.md")
        .Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
        .Select(file => Path.GetRelativePath(Repository.Root, file))
        .Order(StringComparer.Ordinal);

    [GeneratedRegex(@"(?<opening><!-- (?<name>[a-z]+( \S+)?) -->\n)(?<body>.*?)(?<closing><!-- /\k<name> -->)", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Part();
}
