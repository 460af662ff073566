using System.Globalization;
using ECommerce.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace ECommerce.EmbeddedPostgres;

/// <summary>
/// An embedded PostgreSQL server: a child process behind a Unix socket, with its files in one folder. It is initialised on first use,
/// restarted when it dies, and ends with this process in any case.
/// </summary>
public sealed class PostgresCluster : IAsyncDisposable
{
    private readonly PostgresClusterSettings _settings;
    private readonly FileStream _hostLock;
    private readonly ClusterFolder _folder;
    private readonly Postmaster _postmaster;
    private bool _disposed;

    private PostgresCluster(PostgresClusterSettings settings, FileStream hostLock, ClusterFolder folder, Postmaster postmaster, string socketFolder)
    {
        (_settings, _hostLock, _folder, _postmaster) = (settings, hostLock, folder, postmaster);
        ConnectionString = new NpgsqlConnectionStringBuilder
        {
            Host = socketFolder,
            Username = "postgres",
            Password = folder.Password,
            Database = "postgres",
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;
    }

    /// <summary>The connection string of the database <c>postgres</c> as superuser. It contains the password.</summary>
    public string ConnectionString { get; }

    /// <summary>The current process id of the server.</summary>
    public int ProcessId => _postmaster.ProcessId;

    /// <summary>Starts the cluster, after initialising it on first use. Returns when it accepts connections.</summary>
    /// <exception cref="StartupException">
    /// PostgreSQL is not installed (<see cref="PostgresNotFoundException"/>), another host uses the folder, or the server does not start.
    /// </exception>
    public static async Task<PostgresCluster> StartAsync(PostgresClusterSettings settings, ILogger log, CancellationToken ct)
    {
        var installed = await PostgresBinaries.FindAsync(PostgresBinaries.UsualFolders(), ct);
        var hostLock = await HostLock.TakeAsync(settings.Directory, settings.PredecessorTimeout, log, ct);
        try
        {
            var folder = await ClusterFolder.OpenAsync(settings.Directory, log, ct);
            if (folder.Major is not null)
                await Postmaster.StopLeftOverAsync(folder.Data, ct);
            folder.DropOrphan();
            var binaries = Choose(installed, folder);
            if (folder.Major is null)
                await FillAsync(folder, settings, binaries, log, ct);

            var socketFolder = await folder.SocketFolderAsync(ct);
            var command = ServerUser.Daemon(binaries.Postgres, ["-D", folder.Data, "-k", socketFolder, "-p", "5432", .. Parameters(settings)]);
            var postmaster = await Postmaster.StartAsync(command, settings.StartTimeout, log, ct);
            return new PostgresCluster(settings, hostLock, folder, postmaster, socketFolder);
        }
        catch
        {
            await hostLock.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops the server within some ten seconds. Connections are cut; committed work is kept.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, true))
            return;
        await _postmaster.DisposeAsync();
        _folder.DropSocketFolder();
        if (_settings.ThrowAway)
            _folder.Delete();
        await _hostLock.DisposeAsync();
    }

    private static PostgresBinaries Choose(IReadOnlyList<PostgresBinaries> installed, ClusterFolder folder) =>
        folder.Major is not { } major
            ? installed[0]
            : installed.FirstOrDefault(binaries => binaries.Major == major) ?? throw new StartupException(
                $"The data in {folder.Data} were written by PostgreSQL {major}, which is not installed: install it (`apt-get install postgresql-{major}`), or delete them to start anew.");

    private static async Task FillAsync(
        ClusterFolder folder, PostgresClusterSettings settings, PostgresBinaries binaries, ILogger log, CancellationToken ct)
    {
        if (settings.TemplateDirectory is { } templates)
            await folder.CopyAsync(await TemplateAsync(templates, settings.StartTimeout, binaries, log, ct), ct);
        else
            await folder.InitializeAsync(binaries, durable: !settings.ThrowAway, ct);
    }

    private static async Task<ClusterFolder> TemplateAsync(
        string templates, TimeSpan timeout, PostgresBinaries binaries, ILogger log, CancellationToken ct)
    {
        var directory = Path.Combine(templates, binaries.Major.ToString(CultureInfo.InvariantCulture));
        await using var templateLock = await HostLock.TakeAsync(directory, timeout, log, ct);
        var template = await ClusterFolder.OpenAsync(directory, log, ct);
        template.DropOrphan();
        if (template.Major is null)
            await template.InitializeAsync(binaries, durable: false, ct);
        return template;
    }

    private static IEnumerable<string> Parameters(PostgresClusterSettings settings)
    {
        string[] always = ["listen_addresses=", "unix_socket_permissions=0700", $"max_connections={settings.MaxConnections}", "logging_collector=off", "log_destination=stderr"];
        string[] careless =
        [
            "fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off", "wal_level=minimal", "max_wal_senders=0",
        ];
        return (settings.ThrowAway ? [.. always, .. careless] : always).SelectMany(parameter => (string[])["-c", parameter]);
    }
}
