namespace ECommerce.Incidents.Running;

/// <summary>The folder of an incident below the temporary files: the database, the hosts' keys, the journal. It is deleted on dispose.</summary>
internal sealed class IncidentFolder : IDisposable
{
    private const UnixFileMode Reachable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public IncidentFolder()
    {
        Root = Directory.CreateTempSubdirectory("ec-shop-");
        File.SetUnixFileMode(Root.FullName, Reachable); // PostgreSQL's user has to pass through
        Journal = Root.CreateSubdirectory("journal");
        Hosts = Root.CreateSubdirectory("hosts");
        Database = Root.CreateSubdirectory("database");
    }

    public DirectoryInfo Root { get; }

    /// <summary>The folder of the customers' journals.</summary>
    public DirectoryInfo Journal { get; }

    /// <summary>The working directory of hosts, with their keys.</summary>
    public DirectoryInfo Hosts { get; }

    public DirectoryInfo Database { get; }

    public void Dispose()
    {
        try
        {
            Root.Delete(recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // The throw-away server has removed its own part of it.
        }
    }
}
