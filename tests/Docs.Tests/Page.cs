using ECommerce.Testing;

namespace ECommerce.Docs.Tests;

/// <summary>A page of the documentation, by its path from the root of the repository.</summary>
internal sealed record Page(string Path)
{
    public string Text { get; } = Read(Path);

    /// <summary>README, CONTRIBUTING and everything under docs.</summary>
    public static IEnumerable<Page> All() => Directory.EnumerateFiles(Repository.Root, "*.md")
        .Concat(Directory.EnumerateFiles(System.IO.Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories))
        .Select(file => new Page(System.IO.Path.GetRelativePath(Repository.Root, file)));

    public static string Read(string path) => File.ReadAllText(System.IO.Path.Combine(Repository.Root, path));

    public static bool Exists(string path) => System.IO.Path.Exists(System.IO.Path.Combine(Repository.Root, path));

    /// <summary>
    /// Compares what stands between <c>&lt;!-- marker --&gt;</c> and <c>&lt;!-- /marker --&gt;</c> with what the code says;
    /// <c>UPDATE_SNAPSHOTS=1</c> writes it.
    /// </summary>
    public void Holds(string marker, string generated)
    {
        var (opening, closing) = ($"<!-- {marker} -->\n", $"<!-- /{marker} -->");
        var start = Text.IndexOf(opening, StringComparison.Ordinal) + opening.Length;
        var end = Text.IndexOf(closing, StringComparison.Ordinal);
        (start >= opening.Length && end >= start).ShouldBeTrue($"{Path} has no {opening.Trim()} … {closing}");
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
            File.WriteAllText(System.IO.Path.Combine(Repository.Root, Path), $"{Text[..start]}{generated}{Text[end..]}");
        else
            Text[start..end].ShouldBe(generated, $"{Path} is behind the code at '{marker}': UPDATE_SNAPSHOTS=1 brings it up to date.");
    }

    public override string ToString() => Path;
}
