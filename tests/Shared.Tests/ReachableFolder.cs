using ECommerce.EmbeddedPostgres;

namespace ECommerce.Shared.Tests;

/// <summary>A folder of a test's own that the server's user can reach too.</summary>
internal sealed class ReachableFolder : IDisposable
{
    private const UnixFileMode Reachable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    // The same as tests/Testing has it, so that one is made for both.
    public static readonly string Template = System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create) is { Length: > 0 } own
            ? own : Directory.CreateTempSubdirectory("ec-").FullName, "ecommerce-tests");

    public ReachableFolder() => File.SetUnixFileMode(Path, Reachable);

    public string Path { get; } = Directory.CreateTempSubdirectory("ec-").FullName;

    public PostgresClusterSettings Settings => new(Path) { TemplateDirectory = Template, PredecessorTimeout = TimeSpan.FromMilliseconds(200) };

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
