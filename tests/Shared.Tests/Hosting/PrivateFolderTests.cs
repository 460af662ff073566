using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ECommerce.EmbeddedPostgres;
using ECommerce.Hosting;
using ECommerce.Web;
using Microsoft.Extensions.Logging.Abstractions;

namespace ECommerce.Shared.Tests.Hosting;

/// <summary>What another user of the machine can do to the data folder: nothing.</summary>
public sealed class PrivateFolderTests : IDisposable
{
    private const UnixFileMode OwnFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Readable = OwnFolder | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly ReachableFolder _folder = new();

    // As root the server's user passes through, and lists nothing.
    private static UnixFileMode Passable => Environment.IsPrivilegedProcess ? UnixFileMode.GroupExecute | UnixFileMode.OtherExecute : UnixFileMode.None;

    [Fact]
    public async Task Nothing_in_the_data_folder_is_anybody_else_s_to_read()
    {
        var settings = new PostgresClusterSettings(Path.Combine(_folder.Path, ".data")) { TemplateDirectory = ReachableFolder.Template };
        new KeptSecrets(settings.Directory).GetOrCreate("management.key", KeptSecrets.NewPassword);
        await using var cluster = await PostgresCluster.StartAsync(settings, NullLogger.Instance, CancellationToken.None);

        (File.GetUnixFileMode(settings.Directory) & Others).ShouldBe(Passable);
        foreach (var entry in Directory.EnumerateFileSystemEntries(settings.Directory, "*", SearchOption.AllDirectories))
            (File.GetUnixFileMode(entry) & Others).ShouldBe(UnixFileMode.None, entry);
    }

    [Fact]
    public async Task What_an_earlier_version_left_open_is_closed_and_its_lock_is_nobody_else_s_to_take()
    {
        File.SetUnixFileMode(_folder.Path, Readable);
        var (key, lockFile) = (Path.Combine(_folder.Path, "keys", "management.key"), Path.Combine(_folder.Path, "host.lock"));
        Directory.CreateDirectory(Path.GetDirectoryName(key)!, Readable);
        foreach (var file in (string[])[key, lockFile])
        {
            await File.WriteAllTextAsync(file, "0123456789abcdef");
            File.SetUnixFileMode(file, PrivateFolder.OwnFile | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        }

        new KeptSecrets(_folder.Path).GetOrCreate("management.key", KeptSecrets.NewPassword).ShouldBe("0123456789abcdef");
        await using (await PostgresCluster.StartAsync(_folder.Settings, NullLogger.Instance, CancellationToken.None))
        {
        }

        (File.GetUnixFileMode(_folder.Path) & Others).ShouldBe(Passable);
        File.GetUnixFileMode(Path.GetDirectoryName(key)!).ShouldBe(OwnFolder);
        File.GetUnixFileMode(key).ShouldBe(PrivateFolder.OwnFile);
        File.GetUnixFileMode(lockFile).ShouldBe(PrivateFolder.OwnFile);
        if (Environment.IsPrivilegedProcess)
        {
            // The attack itself takes another user, whom only root can become.
            (await RunAsync("setpriv", "--reuid=nobody", "--clear-groups", "flock", "-s", "-n", lockFile, "true")).ShouldNotBe(0);
            (await RunAsync("setpriv", "--reuid=nobody", "--clear-groups", "cat", key)).ShouldNotBe(0);
        }
    }

    [Theory]
    [InlineData(UnixFileMode.GroupWrite)]
    [InlineData(UnixFileMode.OtherWrite)]
    public async Task A_folder_that_others_may_write_into_is_refused_in_one_sentence(UnixFileMode more)
    {
        File.SetUnixFileMode(_folder.Path, Readable | more);

        foreach (var use in Uses())
        {
            var refusal = await Should.ThrowAsync<StartupException>(use);
            refusal.Message.ShouldBe($"Other users may write into {_folder.Path}, so that what is in it cannot be trusted: look through it, then run chmod -R go-w {_folder.Path}.");
        }

        Directory.EnumerateFileSystemEntries(_folder.Path).ShouldBeEmpty("nothing was begun");
    }

    [Fact]
    public async Task A_folder_of_another_user_is_refused_in_one_sentence()
    {
        // For everybody but root, /usr is such a folder.
        var path = Environment.IsPrivilegedProcess ? _folder.Path : "/usr";
        if (Environment.IsPrivilegedProcess)
            (await RunAsync("chown", "nobody", path)).ShouldBe(0);

        Should.Throw<StartupException>(() => PrivateFolder.Prepare(path)).Message.ShouldBe($"{path} belongs to another user: name a folder of your own in Data__Directory.");
    }

    [Fact]
    public async Task A_folder_that_cannot_be_used_is_refused_in_one_sentence_that_says_why()
    {
        var file = Path.Combine(_folder.Path, "file");
        await File.WriteAllTextAsync(file, "");
        var tooLong = Path.Combine(_folder.Path, new string('l', 300));
        (string Path, string Sentence)[] wrong =
        [
            (file, $"{file} is a file: name a folder in Data__Directory."),
            ($"{file}/below", $"{file}/below cannot be made, because {file} is a file: name another folder in Data__Directory."),
            (tooLong, $"{tooLong} is longer than a path may be: name another folder in Data__Directory."),
            ("/sys/ecommerce", "/sys/ecommerce cannot be written by this user: make it writable, or name another folder in Data__Directory."),
        ];
        foreach (var (path, sentence) in wrong)
        {
            (await Should.ThrowAsync<StartupException>(() => PostgresCluster.StartAsync(new(path), NullLogger.Instance, CancellationToken.None))).Message.ShouldBe(sentence);
            Should.Throw<StartupException>(() => new KeptSecrets(path).GetOrCreate("management.key", KeptSecrets.NewPassword)).Message.ShouldBe(sentence);
        }
    }

    [Fact]
    public void A_kept_secret_that_is_empty_is_not_taken_for_one()
    {
        var secrets = new KeptSecrets(_folder.Path);
        secrets.GetOrCreate("management.key", KeptSecrets.NewPassword);
        var path = Path.Combine(_folder.Path, "keys", "management.key");
        File.WriteAllText(path, "");

        Should.Throw<StartupException>(() => secrets.GetOrCreate("management.key", KeptSecrets.NewPassword))
            .Message.ShouldBe($"{path} is empty: delete it, and the next start makes a new one.");
    }

    [Fact]
    public async Task A_socket_outside_the_data_folder_lies_where_nobody_can_guess()
    {
        var deep = Path.Combine(_folder.Path, new string('d', 100));
        var settings = _folder.Settings with { Directory = deep };
        // Where it was until somebody knew the name: another user waits there with a server of their own.
        var guessed = Path.Combine(Path.GetTempPath(), $"ecommerce-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(deep)))[..16]}");
        Directory.CreateDirectory(guessed);
        try
        {
            string socket;
            await using (var cluster = await PostgresCluster.StartAsync(settings, NullLogger.Instance, CancellationToken.None))
            {
                socket = new NpgsqlConnectionStringBuilder(cluster.ConnectionString).Host!;
                (await Sql.AskAsync<int>(cluster.ConnectionString, "SELECT 1")).ShouldBe(1);
                if (socket.StartsWith(Path.GetTempPath(), StringComparison.Ordinal))
                    File.GetUnixFileMode(socket).ShouldBe(OwnFolder);
                socket.ShouldNotBe(guessed);
                Directory.Exists(guessed).ShouldBeTrue("what is not ours is left alone");
            }

            Directory.Exists(socket).ShouldBe(!socket.StartsWith(Path.Combine(Path.GetTempPath(), "ecommerce-socket-"), StringComparison.Ordinal));
        }
        finally
        {
            Directory.Delete(guessed);
        }
    }

    public void Dispose() => _folder.Dispose();

    private Func<Task>[] Uses() =>
    [
        () => PostgresCluster.StartAsync(_folder.Settings, NullLogger.Instance, CancellationToken.None),
        () => Task.Run(() => new KeptSecrets(_folder.Path).GetOrCreate("signing.pem", SigningKey.NewPem)),
    ];

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode;
    }
}
