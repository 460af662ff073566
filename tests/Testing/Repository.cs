namespace ECommerce.Testing;

/// <summary>The source tree that these tests were built from.</summary>
public static class Repository
{
    public static readonly string Root = FindRoot();

    /// <summary>The migration scripts of a module (lower case), the common one first, as its journal names them.</summary>
    public static string[] MigrationsOf(string module) =>
    [
        "0000_messaging.sql",
        "0000_messaging_remote.sql",
        .. Directory.GetFiles(Path.Combine(Root, "src/Modules", $"{char.ToUpperInvariant(module[0])}{module[1..]}", "Data/Migrations"), "*.sql")
            .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The path of a file of the repository.</summary>
    public static string PathOf(string file) => Path.Combine(Root, file);

    /// <summary>Copies files and folders of the repository to another place, under the same names.</summary>
    public static void Copy(string to, params IEnumerable<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (var path in paths)
        {
            var source = Path.Combine(Root, path);
            foreach (var file in File.Exists(source) ? [source] : Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(to, Path.GetRelativePath(Root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }
    }

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("ECommerce.sln is in no folder above the tests.");
        return folder.FullName;
    }
}
