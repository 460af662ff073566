using System.Text.RegularExpressions;

namespace ECommerce.Architecture.Tests;

/// <summary>
/// The length of the lines of code against <c>max_line_length</c> of .editorconfig, which the formatter does not check. Text in quotes is not
/// counted: it cannot be wrapped without being cut.
/// </summary>
public sealed partial class LineLengthTests
{
    private static readonly int Longest = int.Parse(Rule().Match(File.ReadAllText(Path.Combine(Repository.Root, ".editorconfig"))).Groups["length"].Value);

    private static readonly string[] Folders = ["src", "tests", "tools", "deploy"];

    [Fact]
    public void No_line_of_code_is_longer_than_the_editors_are_told() =>
        Folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(TooLong)
            .ShouldBeEmpty($"at most {Longest} characters, text in quotes not counted");

    [Fact]
    public void Text_in_quotes_is_not_counted()
    {
        var code = new string('x', Longest - "(\"\");".Length);

        IsShort($"{code}(\"{code}\\\"{code}\");").ShouldBeTrue();
        IsShort($"{code}x(\"{code}\");").ShouldBeFalse();
    }

    private static IEnumerable<string> TooLong(string file)
    {
        // Lines within a raw string are text.
        var lines = Raw().Replace(File.ReadAllText(file), text => new string('\n', text.Value.Count(letter => letter == '\n'))).Split('\n');
        return lines.Index().Where(line => !IsShort(line.Item)).Select(line => $"{Path.GetRelativePath(Repository.Root, file)}:{line.Index + 1}");
    }

    private static bool IsShort(string line) => line.Length <= Longest || Text().Replace(line, "\"\"").Length <= Longest;

    [GeneratedRegex(@"^max_line_length = (?<length>\d+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Rule();

    [GeneratedRegex("\"{3,}.*?\"{3,}", RegexOptions.Singleline)]
    private static partial Regex Raw();

    [GeneratedRegex(""" "(\\.|[^"\\\n])*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Text();
}
