using System.Text.RegularExpressions;

namespace ECommerce.Gallery.Tests;

/// <summary>A change of files as a unified diff. A hunk is found by its lines and not by their numbers, so that code above it may grow.</summary>
internal sealed partial record Patch(IReadOnlyList<Patch.Hunk> Hunks)
{
    /// <summary>Adjacent lines of a file, before and after.</summary>
    public sealed record Hunk(string File, string Before, string After);

    /// <summary>The files that it changes.</summary>
    public IEnumerable<string> Files => Hunks.Select(hunk => hunk.File).Distinct();

    /// <exception cref="FormatException">It is no unified diff, or the numbers in a hunk's head are wrong.</exception>
    public static Patch Read(string diff)
    {
        List<Hunk> hunks = [];
        string? file = null;
        foreach (var part in Parts().Split(diff).Where(part => part.Length > 0))
        {
            if (Target().Match(part) is { Success: true } target)
                file = target.Groups["file"].Value;
            else if (Head().Match(part) is { Success: true } head && file is not null)
                hunks.Add(ReadHunk(file, head, part[(head.Index + head.Length)..]));
        }
        return hunks.Count > 0 ? new(hunks) : throw new FormatException("There is no hunk in it.");
    }

    /// <summary>Changes the files in a folder.</summary>
    /// <exception cref="FormatException">The lines of a hunk are in its file never or more than once.</exception>
    public void Apply(string folder)
    {
        foreach (var hunk in Hunks)
        {
            var path = Path.Combine(folder, hunk.File);
            var text = File.ReadAllText(path);
            var times = text.Split(hunk.Before).Length - 1;
            if (times != 1)
                throw new FormatException($"These lines are in {hunk.File} {times} times:\n{hunk.Before}");
            File.WriteAllText(path, text.Replace(hunk.Before, hunk.After, StringComparison.Ordinal));
        }
    }

    private static Hunk ReadHunk(string file, Match head, string body)
    {
        string[] lines = [.. body.Split('\n').Where(line => line.Length > 0)];
        var (before, after) = (lines.Where(line => line[0] is ' ' or '-').ToList(), lines.Where(line => line[0] is ' ' or '+').ToList());
        if (Number("old") != before.Count || Number("new") != after.Count)
            throw new FormatException($"{head.Value.Trim()} has {before.Count} and {after.Count} lines.");
        return new(file, Text(before), Text(after));

        int Number(string name) => head.Groups[name].Success ? int.Parse(head.Groups[name].ValueSpan, System.Globalization.CultureInfo.InvariantCulture) : 1;
        static string Text(List<string> lines) => string.Concat(lines.Select(line => $"{line[1..]}\n"));
    }

    [GeneratedRegex("(?=^--- |^@@ )", RegexOptions.Multiline)]
    private static partial Regex Parts();

    [GeneratedRegex(@"^--- a/(?<file>\S+)\n\+\+\+ b/\k<file>\n", RegexOptions.ExplicitCapture)]
    private static partial Regex Target();

    [GeneratedRegex(@"^@@ -\d+(,(?<old>\d+))? \+\d+(,(?<new>\d+))? @@[^\n]*\n", RegexOptions.ExplicitCapture)]
    private static partial Regex Head();
}
