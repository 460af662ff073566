namespace ECommerce.Storm;

/// <summary>The folder of a storm below the temporary files: servers, logs of hosts, and the journal. It is deleted on dispose.</summary>
internal sealed class StormFolder : IAsyncDisposable
{
    private const UnixFileMode Reachable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo? _keep;

    /// <param name="keep">The folder to which the journal and the logs are copied at the end.</param>
    public StormFolder(DirectoryInfo? keep)
    {
        _keep = keep;
        Root = Directory.CreateTempSubdirectory("ec-storm-");
        File.SetUnixFileMode(Root.FullName, Reachable); // PostgreSQL's user has to pass through
        Journal = Root.CreateSubdirectory("journal");
        Hosts = Root.CreateSubdirectory("hosts");
        StormJournal = new(Journal);
    }

    public DirectoryInfo Root { get; }

    /// <summary>The folder of the journals of customers and storm.</summary>
    public DirectoryInfo Journal { get; }

    /// <summary>The folder of the hosts' keys and logs.</summary>
    public DirectoryInfo Hosts { get; }

    public StormJournal StormJournal { get; }

    public ValueTask DisposeAsync()
    {
        StormJournal.Dispose();
        if (_keep is not null)
            Copy(_keep, Journal, Hosts);
        Root.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static void Copy(DirectoryInfo to, params DirectoryInfo[] folders)
    {
        to.Create();
        foreach (var file in folders.SelectMany(folder => folder.EnumerateFiles()).Where(file => file.Extension is ".jsonl" or ".log" or ".json"))
            file.CopyTo(Path.Combine(to.FullName, file.Name), overwrite: true);
    }
}
