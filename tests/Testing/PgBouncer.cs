using System.Diagnostics;

namespace ECommerce.Testing;

/// <summary>Debian's PgBouncer in front of a PostgreSQL of the tests, behind a Unix socket of its own; two databases lead to the same one.</summary>
public sealed class PgBouncer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string Debians = "/usr/sbin/pgbouncer"; // where only root's PATH looks

    private readonly DirectoryInfo _folder;
    private readonly Process _process;

    private PgBouncer(DirectoryInfo folder, Process process) => (_folder, _process) = (folder, process);

    /// <summary>Leads to a pool that changes the session between transactions.</summary>
    public string PerTransaction => $"Host={_folder.FullName};Port=6432;Database=transaction;Username=anybody";

    /// <summary>Leads to a pool whose sessions stay with a connection until it is closed.</summary>
    public string PerSession => $"Host={_folder.FullName};Port=6432;Database=session;Username=anybody";

    /// <param name="socketFolder">Where PostgreSQL's Unix socket is.</param>
    /// <param name="database">The name of the database there.</param>
    /// <param name="user">Who logs in there.</param>
    /// <param name="password">With what.</param>
    /// <param name="ignored">The startup parameters that it drops; it refuses others that it does not know.</param>
    public static async Task<PgBouncer> StartAsync(string socketFolder, string database, string user, string password, string ignored = "extra_float_digits,options")
    {
        var folder = Directory.CreateTempSubdirectory("ec-pgbouncer-");
        const UnixFileMode Everybody = (UnixFileMode)0b111_111_111;
        File.SetUnixFileMode(folder.FullName, Everybody); // it runs as another user where the tests run as root
        var server = $"host={socketFolder} port=5432 dbname={database} user={user} password={password}";
        var settings = Path.Combine(folder.FullName, "pgbouncer.ini");
        await File.WriteAllTextAsync(settings, $"""
            [databases]
            transaction = {server} pool_mode=transaction
            session = {server} pool_mode=session
            [pgbouncer]
            unix_socket_dir = {folder.FullName}
            listen_port = 6432
            auth_type = any
            ignore_startup_parameters = {ignored}
            """);
        File.SetUnixFileMode(settings, UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        string[] identity = Environment.IsPrivilegedProcess ? ["-u", "postgres"] : [];
        var program = File.Exists(Debians) ? Debians : "pgbouncer";
        var process = Process.Start(new ProcessStartInfo(program, [.. identity, settings]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        var complaint = process.StandardError.ReadToEndAsync();
        for (var started = Stopwatch.GetTimestamp(); !File.Exists(Path.Combine(folder.FullName, ".s.PGSQL.6432")); await Task.Delay(10))
        {
            if (process.HasExited || Stopwatch.GetElapsedTime(started) > Patience)
            {
                process.Kill();
                throw new InvalidOperationException($"PgBouncer does not start: {await complaint}");
            }
        }

        return new(folder, process);
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}
