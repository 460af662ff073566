using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ECommerce.Hosting;
using Microsoft.Extensions.Logging;

namespace ECommerce.EmbeddedPostgres;

/// <summary>
/// The files of an embedded PostgreSQL cluster. <c>postgres/</c> belongs to the server's user and holds the data directory and the socket.
/// <c>password</c> beside it belongs to the host's user.
/// </summary>
internal sealed partial class ClusterFolder
{
    private const string SystemFolder = "/var/lib/ecommerce";
    private const string SocketName = ".s.PGSQL.5432";
    private const string SocketPrefix = "ecommerce-socket-";
    private const int LongestSocketPath = 103; // bytes on macOS; Linux takes 107
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _directory;
    private readonly string _postgres;

    private ClusterFolder(string directory, string postgres)
    {
        _directory = directory;
        _postgres = postgres;
    }

    public string Data => Path.Combine(_postgres, "data");

    /// <summary>The major version of PostgreSQL that created the data directory; null when there is none.</summary>
    public int? Major => Directory.Exists(Data)
        ? int.Parse(File.ReadAllText(Path.Combine(Data, "PG_VERSION")), CultureInfo.InvariantCulture)
        : null;

    public string Password => File.ReadAllText(PasswordFile);

    private string PasswordFile => Path.Combine(_directory, "password");

    private string Unfinished => Path.Combine(_postgres, "unfinished");

    private bool IsElsewhere => Path.GetDirectoryName(_postgres) != _directory;

    /// <summary>The path of the cluster in a data folder, or of a link to it.</summary>
    public static string PlaceIn(string directory) => Path.Combine(directory, "postgres");

    /// <summary>Locates the cluster. A folder that the server's user cannot reach is moved to <c>/var/lib</c> and linked.</summary>
    public static async Task<ClusterFolder> OpenAsync(string directory, ILogger log, CancellationToken ct)
    {
        var link = new DirectoryInfo(PlaceIn(directory));
        if (!ServerUser.IsAnother || await ServerUser.CanEnterAsync(directory, ct))
            return new ClusterFolder(directory, link.FullName);

        var place = Path.Combine(SystemFolder, Hash(directory));
        if (link.LinkTarget != place)
        {
            if (link.LinkTarget is not null)
                link.Delete(); // the link was copied with another folder and names the cluster of that one
            PrivateFolder.Prepare(SystemFolder, passable: true);
            link.CreateAsSymbolicLink(place);
            Log.Elsewhere(log, place, directory);
        }

        return new ClusterFolder(directory, place);
    }

    /// <summary>Deletes a data directory whose password is lost, when the folder that linked to it was deleted.</summary>
    public void DropOrphan()
    {
        if (Major is null || File.Exists(PasswordFile))
            return;
        if (!IsElsewhere)
            throw new StartupException($"{PasswordFile} is gone, and without it the data beside it cannot be opened: put it back, or delete {_postgres}.");
        Directory.Delete(Data, recursive: true); // the folder that linked here has been deleted
    }

    /// <summary>Creates an empty cluster by initdb.</summary>
    public async Task InitializeAsync(PostgresBinaries binaries, bool durable, CancellationToken ct)
    {
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        var handedOver = Path.Combine(_postgres, "password");
        Clear();
        await WriteSecretAsync(PasswordFile, password, ct);
        await WriteSecretAsync(handedOver, password, ct);
        await ServerUser.OwnAsync(_postgres, ct);
        // C.UTF-8 sorts by code point, and lower() and upper() know all letters.
        var locale = OperatingSystem.IsLinux() ? "C.UTF-8" : "C";
        string[] arguments =
        [
            "-D", Unfinished, "-U", "postgres", "-A", "scram-sha-256", $"--pwfile={handedOver}", "-E", "UTF8", $"--locale={locale}", "--lc-messages=C",
            "--no-instructions", .. durable ? Array.Empty<string>() : ["--no-sync"],
        ];
        await ServerUser.RunAsync(ServerUser.Command(binaries.Initdb, arguments), ct);
        File.Delete(handedOver);
        Directory.Move(Unfinished, Data);
    }

    /// <summary>Copies the data directory and the password of another cluster.</summary>
    public async Task CopyAsync(ClusterFolder template, CancellationToken ct)
    {
        Clear();
        await ServerUser.OwnAsync(_postgres, ct);
        File.Copy(template.PasswordFile, PasswordFile, overwrite: true);
        await ServerUser.CopyAsync(template.Data, Unfinished, ct);
        Directory.Move(Unfinished, Data);
    }

    /// <summary>The folder of the Unix socket: beside the data directory, unless that path exceeds the length of a socket's path.</summary>
    public async Task<string> SocketFolderAsync(CancellationToken ct)
    {
        if (Encoding.UTF8.GetByteCount(Path.Combine(_postgres, SocketName)) <= LongestSocketPath)
            return _postgres;
        DropSocketFolder();
        // A random name: another user could prepare a folder with a known name under /tmp.
        var folder = Directory.CreateTempSubdirectory(SocketPrefix).FullName;
        await ServerUser.OwnAsync(folder, ct);
        File.Delete(SocketNote);
        await using (var note = new StreamWriter(SocketNote,
            new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = PrivateFolder.OwnFile }))
            await note.WriteAsync(folder);
        return folder;
    }

    /// <summary>Deletes the cluster and the folder that holds it.</summary>
    public void Delete()
    {
        DropSocketFolder();
        if (Directory.Exists(_postgres))
            Directory.Delete(_postgres, recursive: true);
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>Deletes the short folder of the socket, if there is one.</summary>
    public void DropSocketFolder()
    {
        if (!File.Exists(SocketNote))
            return;
        var folder = File.ReadAllText(SocketNote);
        if (Path.GetFileName(folder).StartsWith(SocketPrefix, StringComparison.Ordinal) && Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        File.Delete(SocketNote);
    }

    // Records the short folder, so that the next start finds that of a host that was killed.
    private string SocketNote => Path.Combine(_directory, "socket");

    private void Clear()
    {
        Directory.CreateDirectory(_postgres, OwnerOnly);
        if (Directory.Exists(Unfinished))
            Directory.Delete(Unfinished, recursive: true);
    }

    private static async Task WriteSecretAsync(string path, string secret, CancellationToken ct)
    {
        File.Delete(path);
        var ownerOnly = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        };
        await using var file = new FileStream(path, ownerOnly);
        await file.WriteAsync(Encoding.ASCII.GetBytes(secret), ct);
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)))[..16];

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Information, "PostgreSQL's data are in {Place}, since its user cannot reach {Directory}", EventName = "postgres.moved")]
        public static partial void Elsewhere(ILogger log, string place, string directory);
    }
}
