using ECommerce.Testing;

namespace ECommerce.Storm;

/// <summary>The environment of a storm: a folder with PostgreSQL's volume, the proxies, the hosts and the journal.</summary>
internal sealed class StormEnvironment : IAsyncDisposable
{
    private const UnixFileMode Reachable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute
        | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private readonly DirectoryInfo _folder;
    private readonly Stack<Func<ValueTask>> _leaving = new();

    private StormEnvironment(DirectoryInfo folder) => _folder = folder;

    public Disk Disk { get; private set; } = null!;

    public Server Server { get; private set; } = null!;

    /// <summary>The proxy between customers and the host.</summary>
    public Wire ToHost { get; private set; } = null!;

    /// <summary>The proxy between the host and PostgreSQL.</summary>
    public Wire ToDatabase { get; private set; } = null!;

    public Hosts Hosts { get; private set; } = null!;

    public StormJournal StormJournal { get; private set; } = null!;

    /// <summary>The folder of the journals of customers and storm.</summary>
    public DirectoryInfo Journal { get; private set; } = null!;

    public Uri Shop => new($"http://127.0.0.1:{ToHost.Near.Port}");

    /// <summary>Sets up everything except a host.</summary>
    /// <param name="keep">The folder to which the journal and the logs are copied at the end.</param>
    public static async Task<StormEnvironment> OpenAsync(DirectoryInfo? keep, CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("ec-storm-");
        File.SetUnixFileMode(folder.FullName, Reachable); // PostgreSQL's user has to pass through
        var place = new StormEnvironment(folder);
        try
        {
            await place.SetUpAsync(keep, ct);
            return place;
        }
        catch
        {
            await place.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        while (_leaving.TryPop(out var leave))
            await leave();
    }

    private async Task SetUpAsync(DirectoryInfo? keep, CancellationToken ct)
    {
        _leaving.Push(() => Done(() => _folder.Delete(recursive: true)));
        Disk = Disk.In(_folder);
        _leaving.Push(() => Done(Disk.Dispose));
        Journal = _folder.CreateSubdirectory("journal");
        var hosts = _folder.CreateSubdirectory("hosts");
        if (keep is not null)
            _leaving.Push(() => Done(() => Copy(keep, Journal, hosts)));
        StormJournal = new(Journal);
        _leaving.Push(() => Done(StormJournal.Dispose));

        Server = await Server.StartAsync(Disk, ct);
        _leaving.Push(Server.DisposeAsync);
        ToDatabase = Wire.To(Server.ConnectionString, out var database);
        _leaving.Push(ToDatabase.DisposeAsync);
        ToHost = new(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 1)); // nobody, until there is a host
        _leaving.Push(ToHost.DisposeAsync);
        Hosts = new(hosts, database, ToHost, StormJournal);
        _leaving.Push(Hosts.DisposeAsync);
    }

    private static ValueTask Done(Action action)
    {
        action();
        return ValueTask.CompletedTask;
    }

    private static void Copy(DirectoryInfo to, params DirectoryInfo[] folders)
    {
        to.Create();
        foreach (var file in folders.SelectMany(folder => folder.EnumerateFiles()).Where(file => file.Extension is ".jsonl" or ".log" or ".json"))
            file.CopyTo(Path.Combine(to.FullName, file.Name), overwrite: true);
    }
}
