using System.Diagnostics;
using System.Globalization;
using ECommerce.EmbeddedPostgres;
using ECommerce.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

namespace ECommerce.Shared.Tests.EmbeddedPostgres;

[Trait("Category", "Running")]
public sealed class PostgresClusterTests : IDisposable
{
    private readonly ReachableFolder _folder = new();

    [Fact]
    public async Task A_cluster_answers_and_leaves_no_process_when_it_stops()
    {
        var cluster = await StartAsync();
        (await Sql.AskAsync<int>(cluster.ConnectionString, "SELECT 1")).ShouldBe(1);
        var pid = cluster.ProcessId;

        await cluster.DisposeAsync();

        IsRunning(pid).ShouldBeFalse();
    }

    [Fact]
    public async Task A_server_whose_process_is_stopped_ends_with_its_host()
    {
        var cluster = await StartAsync();
        var pid = cluster.ProcessId;
        using (var stop = Process.Start("kill", ["-s", "STOP", pid.ToString(CultureInfo.InvariantCulture)]))
            await stop.WaitForExitAsync();

        await cluster.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));

        IsRunning(pid).ShouldBeFalse();
    }

    [Fact]
    public async Task A_terminals_interrupt_does_not_reach_the_server()
    {
        await using var cluster = await StartAsync();

        var (group, session) = GroupAndSession(cluster.ProcessId);

        group.ShouldBe(cluster.ProcessId);
        session.ShouldBe(cluster.ProcessId);
        session.ShouldNotBe(GroupAndSession(Environment.ProcessId).Session);
    }

    [Fact]
    public async Task A_killed_server_comes_back_with_its_data()
    {
        await using var cluster = await StartAsync();
        await Sql.RunAsync(cluster.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");
        var killed = cluster.ProcessId;

        Process.GetProcessById(killed).Kill();

        await Eventually.TrueAsync(async () => await AnswersAsync(cluster) && cluster.ProcessId != killed);
        (await Sql.AskAsync<int>(cluster.ConnectionString, "SELECT answer FROM kept")).ShouldBe(42);
    }

    [Fact]
    public async Task Data_survive_a_restart_of_the_host()
    {
        await using (var first = await StartAsync())
            await Sql.RunAsync(first.ConnectionString, "CREATE TABLE kept AS SELECT 42 AS answer");

        await using var second = await StartAsync();

        (await Sql.AskAsync<int>(second.ConnectionString, "SELECT answer FROM kept")).ShouldBe(42);
    }

    [Fact]
    public async Task A_second_host_is_refused_the_folder_until_the_first_has_gone()
    {
        var first = await StartAsync();

        var refusal = await Should.ThrowAsync<StartupException>(StartAsync);
        refusal.Message.ShouldBe($"Another host (process {Environment.ProcessId}) uses {_folder.Path}: stop it, or give this one a folder of its own in Data__Directory.");

        await first.DisposeAsync();
        await using var second = await StartAsync();
        (await AnswersAsync(second)).ShouldBeTrue();
    }

    [Fact]
    public async Task Only_its_owner_reads_the_password_and_nobody_gets_in_without_it()
    {
        var made = _folder.Settings with { TemplateDirectory = null };
        await using var cluster = await PostgresCluster.StartAsync(made, NullLogger.Instance, CancellationToken.None);
        var password = Path.Combine(_folder.Path, "password");

        File.GetUnixFileMode(password).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories)
            .ShouldNotContain(file => file != password && Path.GetFileName(file) == "password");
        var stranger = new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Password = "guess" };
        var refusal = await Should.ThrowAsync<PostgresException>(() => Sql.RunAsync(stranger.ConnectionString, "SELECT 1"));
        refusal.SqlState.ShouldBe(PostgresErrorCodes.InvalidPassword);
    }

    [Fact]
    public async Task A_throw_away_cluster_takes_its_folder_with_it()
    {
        await using (await PostgresCluster.StartAsync(_folder.Settings with { ThrowAway = true }, NullLogger.Instance, CancellationToken.None))
            Directory.Exists(_folder.Path).ShouldBeTrue();

        Directory.Exists(_folder.Path).ShouldBeFalse();
    }

    [Fact]
    public async Task A_deep_folder_gets_its_socket_elsewhere()
    {
        var deep = Path.Combine(_folder.Path, new string('d', 100));
        await using var cluster = await PostgresCluster.StartAsync(
            _folder.Settings with { Directory = deep, ThrowAway = true }, NullLogger.Instance, CancellationToken.None);

        (await AnswersAsync(cluster)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_folder_closed_to_the_servers_user_works_too_and_starts_anew_when_it_was_deleted()
    {
        var closed = Directory.CreateTempSubdirectory("ec-closed-");
        var settings = _folder.Settings with { Directory = closed.FullName };
        await using (var first = await PostgresCluster.StartAsync(settings, NullLogger.Instance, CancellationToken.None))
            await Sql.RunAsync(first.ConnectionString, "CREATE TABLE gone ()");
        await using (var second = await PostgresCluster.StartAsync(settings, NullLogger.Instance, CancellationToken.None))
            (await Sql.AskAsync<bool>(second.ConnectionString, "SELECT to_regclass('gone') IS NOT NULL")).ShouldBeTrue();

        closed.Delete(recursive: true);
        Directory.CreateDirectory(closed.FullName, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        await using var third = await PostgresCluster.StartAsync(settings with { ThrowAway = true }, NullLogger.Instance, CancellationToken.None);
        (await Sql.AskAsync<bool>(third.ConnectionString, "SELECT to_regclass('gone') IS NULL")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_server_that_will_not_start_shows_the_end_of_its_log()
    {
        await using (await StartAsync())
        {
        }

        await File.AppendAllTextAsync(Path.Combine(_folder.Path, "postgres/data/postgresql.conf"), "\nno_such_setting = 1\n");

        var failure = await Should.ThrowAsync<StartupException>(StartAsync);
        failure.Message.ShouldContain("unrecognized configuration parameter \"no_such_setting\"");
    }

    [Fact]
    public async Task A_killed_host_takes_its_server_with_it()
    {
        var server = await KillHostAsync();

        await Eventually.TrueAsync(() => !IsRunning(server));
    }

    [Fact]
    public async Task A_host_that_starts_right_after_a_killed_one_recovers()
    {
        var server = await KillHostAsync();

        await using var next = await StartAsync();

        IsRunning(server).ShouldBeFalse();
        (await AnswersAsync(next)).ShouldBeTrue();
    }

    [Fact]
    public async Task Without_PostgreSQL_the_message_says_what_to_install()
    {
        var failure = await Should.ThrowAsync<PostgresNotFoundException>(() => PostgresBinaries.FindAsync([_folder.Path], CancellationToken.None));

        failure.ShouldBeAssignableTo<StartupException>();
        failure.Message.ShouldContain("`apt-get install postgresql`");
        failure.Message.ShouldContain("ConnectionStrings__ECommerce");
    }

    public void Dispose() => _folder.Dispose();

    private Task<PostgresCluster> StartAsync() => PostgresCluster.StartAsync(_folder.Settings, NullLogger.Instance, CancellationToken.None);

    /// <summary>Starts a host in a process of its own, kills it once its server is up, and returns that server's process id.</summary>
    private async Task<int> KillHostAsync()
    {
        using var host = Process.Start(new ProcessStartInfo("dotnet", [typeof(PostgresClusterTests).Assembly.Location, _folder.Path])
        {
            RedirectStandardOutput = true,
        })!;
        var server = int.Parse((await host.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture);
        IsRunning(server).ShouldBeTrue();
        host.Kill();
        await host.WaitForExitAsync();
        return server;
    }

    // A process that has ended but whose new parent has not asked yet still has an entry, with an empty command line.
    private static bool IsRunning(int pid) => File.Exists($"/proc/{pid}/cmdline") && File.ReadAllText($"/proc/{pid}/cmdline").Length > 0;

    private static async Task<bool> AnswersAsync(PostgresCluster cluster)
    {
        try
        {
            return await Sql.AskAsync<int>(cluster.ConnectionString, "SELECT 1") == 1;
        }
        catch (NpgsqlException)
        {
            return false;
        }
    }

    // proc(5): after the name in parentheses come state, parent, process group and session.
    private static (int Group, int Session) GroupAndSession(int pid)
    {
        var fields = File.ReadAllText($"/proc/{pid}/stat").Split(") ")[^1].Split(' ');
        return (int.Parse(fields[2], CultureInfo.InvariantCulture), int.Parse(fields[3], CultureInfo.InvariantCulture));
    }
}
