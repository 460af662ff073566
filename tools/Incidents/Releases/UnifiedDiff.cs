namespace ECommerce.Incidents.Releases;

/// <summary>A unified diff, applied exactly: every context line has to be where the diff says.</summary>
internal sealed class UnifiedDiff
{
    private readonly List<(string File, List<string[]> Hunks)> _files = [];

    private UnifiedDiff()
    {
    }

    /// <summary>The paths of the changed files.</summary>
    public IReadOnlyList<string> Files => [.. _files.Select(file => file.File)];

    public static UnifiedDiff Parse(string text)
    {
        var diff = new UnifiedDiff();
        List<string>? hunk = null;
        void End()
        {
            if (hunk is not null)
                diff._files[^1].Hunks.Add([.. hunk]);
            hunk = null;
        }

        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (line.StartsWith("--- a/", StringComparison.Ordinal))
            {
                End();
                diff._files.Add((line["--- a/".Length..], []));
            }
            else if (line.StartsWith("@@ ", StringComparison.Ordinal))
            {
                End();
                hunk = [];
            }
            else
            {
                hunk?.Add(line.Length == 0 ? " " : line);
            }
        }

        End();
        return diff;
    }

    /// <summary>Changes the files of a folder.</summary>
    /// <exception cref="InvalidDataException">The sources are not those that the diff was made for.</exception>
    public async Task ApplyAsync(string folder, CancellationToken ct)
    {
        foreach (var (file, hunks) in _files)
        {
            var path = Path.Combine(folder, file);
            var text = await File.ReadAllTextAsync(path, ct);
            foreach (var hunk in hunks)
            {
                var (before, after) = (Side(hunk, '-'), Side(hunk, '+'));
                var at = text.IndexOf(before, StringComparison.Ordinal);
                if (at < 0 || text.IndexOf(before, at + 1, StringComparison.Ordinal) >= 0)
                    throw new InvalidDataException($"The lines that a patch of {file} changes are not there exactly once:\n{before}");
                text = $"{text[..at]}{after}{text[(at + before.Length)..]}";
            }

            await File.WriteAllTextAsync(path, text, ct);
        }
    }

    private static string Side(string[] hunk, char side) =>
        string.Concat(hunk.Where(line => line[0] == ' ' || line[0] == side).Select(line => $"{line[1..]}\n"));
}
