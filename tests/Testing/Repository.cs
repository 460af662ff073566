namespace ECommerce.Testing;

/// <summary>The source tree that these tests were built from.</summary>
public static class Repository
{
    public static readonly string Root = FindRoot();

    /// <summary>The migration scripts of a module (lower case), the common one first, as its journal names them.</summary>
    public static string[] MigrationsOf(string module) =>
    [
        "0000_messaging.sql",
        .. Directory.GetFiles(Path.Combine(Root, "src/Modules", $"{char.ToUpperInvariant(module[0])}{module[1..]}", "Data/Migrations"), "*.sql")
            .Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal),
    ];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("ECommerce.sln is in no folder above the tests.");
        return folder.FullName;
    }
}
