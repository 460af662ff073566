using ECommerce.Platform.Data;

namespace ECommerce.Platform.Tests.Data;

/// <summary>A folder of a test's own that the server's user can reach too.</summary>
internal sealed class ReachableFolder : IDisposable
{
    private const UnixFileMode Reachable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    public static readonly string Template = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"ecommerce-tests-{Environment.UserName}");

    public ReachableFolder() => File.SetUnixFileMode(Path, Reachable);

    public string Path { get; } = Directory.CreateTempSubdirectory("ec-").FullName;

    public PostgresClusterSettings Settings => new(Path) { TemplateDirectory = Template, PredecessorTimeout = TimeSpan.FromMilliseconds(200) };

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
