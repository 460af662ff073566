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

    public override string ToString() => Path;
}
