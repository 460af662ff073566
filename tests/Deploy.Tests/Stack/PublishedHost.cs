using System.Text.RegularExpressions;
using ECommerce.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>
/// What the image of the shop would hold, made by the instructions of the Dockerfile in a copy of what <c>.dockerignore</c> lets through,
/// and beside it a PostgreSQL that <c>init.sql</c> has prepared.
/// </summary>
public sealed class PublishedHost : IAsyncLifetime
{
    // Servers that a build leaves behind would keep what they are told to write to open.
    private static readonly Dictionary<string, string?> Building = new()
    {
        ["REVISION"] = "0123456789abcdef",
        ["MSBUILDDISABLENODEREUSE"] = "1",
        ["DOTNET_CLI_USE_MSBUILD_SERVER"] = "0",
        // The same files were analyzed when the tests were built.
        ["RunAnalyzers"] = "false",
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-image-");
    private PostgresCluster _cluster = null!;

    /// <summary>The files of the image's /app.</summary>
    public string App => Path.Combine(_folder.FullName, "app", "shop");

    /// <summary>Where the host starts, and may write nothing.</summary>
    public string ReadOnly => Path.Combine(_folder.FullName, "readonly");

    /// <summary>What the volume of the shop is for.</summary>
    public string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>The secrets, as <c>deploy/env.sh</c> makes them.</summary>
    public IReadOnlyDictionary<string, string> Secrets { get; private set; } = null!;

    /// <summary>The variables of <c>.env</c>, as <c>deploy/env.sh</c> makes it.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; private set; } = null!;

    /// <summary>What the shop finds at /run/secrets; its connection string leads to the server of the tests.</summary>
    public string Mounted => Path.Combine(_folder.FullName, "mounted");

    private string SecretsFolder => Path.Combine(_folder.FullName, "stack", ".secrets");

    /// <summary>Opens the shop's database as the superuser.</summary>
    public string Superuser => new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Database = "ecommerce", Pooling = false }.ConnectionString;

    /// <summary>A login that <c>init.sql</c> has made.</summary>
    public string Login(string user, string password) =>
        new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Database = "ecommerce", Username = user, Password = Secrets[password] }.ConnectionString;

    public async Task InitializeAsync()
    {
        File.SetUnixFileMode(_folder.FullName, (UnixFileMode)0b111_101_101);
        await BuildAsync();
        Directory.CreateDirectory(ReadOnly, (UnixFileMode)0b101_101_101);
        Directory.CreateDirectory(Data);
        if (Environment.IsPrivilegedProcess)
            (await Subprocess.RunAsync("/", new Dictionary<string, string?>(), "chown", "postgres", Data)).Code.ShouldBe(0);
        await MakeSecretsAsync();
        _cluster = await PostgresCluster.StartAsync(new(Directory.CreateTempSubdirectory("ec-init-").FullName) { ThrowAway = true }, NullLogger.Instance, CancellationToken.None);
        await PrepareAsync();
        await MountAsync();
    }

    public async Task DisposeAsync()
    {
        if (_cluster is not null)
            await _cluster.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    // Each instruction of the stage, with /app and the working directory somewhere else.
    private async Task BuildAsync()
    {
        var source = Directory.CreateDirectory(Path.Combine(_folder.FullName, "source")).FullName;
        foreach (var line in Dockerfile.Whole(Dockerfile.Stage("build-shop")))
        {
            if (line.Name == "COPY")
            {
                Repository.Copy(source, line.Sources.SelectMany(Let));
            }
            else if (line.Name == "RUN")
            {
                var command = Regex.Replace(line.Text, @"(?<=\s)/app\b", Path.GetDirectoryName(App)!);
                var (code, output, errors) = await Subprocess.RunAsync(source, Building, "sh", "-c", command);
                code.ShouldBe(0, $"{command}\n{output}{errors}");
            }
        }
    }

    private static IEnumerable<string> Let(string source)
    {
        var path = Path.Combine(Repository.Root, source);
        return (File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories))
            .Select(file => Path.GetRelativePath(Repository.Root, file))
            .Where(DockerIgnore.Lets);
    }

    private async Task MakeSecretsAsync()
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder.FullName, "stack")).FullName, ".env");
        (await Subprocess.RunAsync("bash", "deploy/env.sh", file)).Code.ShouldBe(0);
        (Variables, Secrets) = (ComposeFile.ReadVariables(file), ComposeFile.ReadSecrets(SecretsFolder));
    }

    // File by file, as Compose mounts them: with their modes, and without the folder that they lie in.
    private async Task MountAsync()
    {
        Directory.CreateDirectory(Mounted, (UnixFileMode)0b111_101_101);
        foreach (var (target, source) in ComposeFile.Services["shop"].Secrets)
            File.Copy(Path.Combine(SecretsFolder, source), Path.Combine(Mounted, target));
        var connection = Path.Combine(Mounted, "ConnectionStrings__ECommerce");
        File.Delete(connection);
        await File.WriteAllTextAsync(connection, $"{Login("shop", "shop_db_password")}\n");
    }

    // As the entry point of PostgreSQL's image runs it: by psql, as the superuser, with the container's environment.
    private async Task PrepareAsync()
    {
        var server = new NpgsqlConnectionStringBuilder(_cluster.ConnectionString);
        var environment = ComposeFile.Services["postgres"].Environment.ToDictionary(
            variable => variable.Key, variable => (string?)variable.Value.Replace("/run/secrets", SecretsFolder, StringComparison.Ordinal));
        (environment["PGHOST"], environment["PGUSER"], environment["PGPASSWORD"]) = (server.Host, server.Username, server.Password);
        var (code, _, errors) = await Subprocess.RunAsync(Repository.Root, environment, "psql", "--no-psqlrc", "--dbname=postgres", "--set=ON_ERROR_STOP=1", "--file=deploy/postgres/init.sql");
        (code, errors).ShouldBe((0, ""));
    }
}
