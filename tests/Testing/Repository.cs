namespace ECommerce.Testing;

/// <summary>The tree that these tests were built from.</summary>
public static class Repository
{
    public static readonly string Root = FindRoot();

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "ECommerce.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("ECommerce.sln is in no folder above the tests.");
        return folder.FullName;
    }
}
