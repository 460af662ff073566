using System.Diagnostics;
using ECommerce.Testing;
using Xunit.Sdk;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>
/// A day on which much goes wrong, an hour a minute (<see cref="Faster"/>): the host under traffic, PostgreSQL, its exporter, Prometheus and
/// Alertmanager with the project's own files, and somebody who is called. What was seen is asked for afterwards.
/// </summary>
public sealed class BadDay : IAsyncLifetime
{
    // Half an hour has to pass, which is a window of the fast burn, and machines may be slow.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    // Whoever comes in the first half of it is slow, which is more than the one in seven that the alert asks for; and yet no queue that
    // takes all connections.
    private static readonly TimeSpan Held = TimeSpan.FromMilliseconds(1000);
    private static readonly TimeSpan Free = TimeSpan.FromMilliseconds(200);

    private readonly List<Fault> _faults = [];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-bad-day-");
    private readonly PrometheusFolder _files = new();
    private Database _database = null!;
    private Pager _pager = null!;
    private AlertmanagerServer _alertmanager = null!;
    private ServerProcess _exporter = null!;
    private HostProcess _host = null!;

    /// <summary>Everything that reached somebody, in its order.</summary>
    public IReadOnlyList<Call> Calls { get; private set; } = [];

    public IReadOnlyList<Fault> Faults => _faults;

    public PrometheusServer Prometheus { get; private set; } = null!;

    public DateTimeOffset Began { get; private set; }

    public DateTimeOffset Ended { get; private set; }

    public async Task InitializeAsync()
    {
        await OpenAsync();
        var traffic = await Traffic.StartAsync(_host);
        await using (traffic)
        {
            // The slow requests of a cold host would use up its budget of latency before the day begins.
            await UntilAsync(() => Task.FromResult(traffic.IsQuick), "the host has warmed up");
            await WatchAsync();
            Began = DateTimeOffset.UtcNow;
            await UntilAsync(async () => await Prometheus.NumberAsync("count(module:slo_latency_errors:ratio_rate1h >= 0)") >= 3, "every module has traffic");

            await SufferAsync("the database is stopped", _database.StopAsync, _database.StartAsync,
                "AvailabilityBudgetBurnsFast", "DatabaseUnreachable");

            await SufferAsync("every card is declined, a product is sold out, somebody guesses passwords",
                () => Task.FromResult((traffic.Card, traffic.AskForTooMuch, traffic.Guess) = ("declined_card", true, true)),
                () => Task.FromResult((traffic.Card, traffic.AskForTooMuch, traffic.Guess) = ("card", false, false)),
                "PaymentFailures", "StockOuts", "LoginFailuresBurst");

            using var released = new CancellationTokenSource();
            var held = Task.CompletedTask;
            await SufferAsync("a table is locked again and again",
                () => Task.FromResult(held = HoldAsync(released.Token)),
                async () =>
                {
                    await released.CancelAsync();
                    await held;
                },
                "LatencyBudgetBurnsFast");

            await ResolvedAsync("AvailabilityBudgetBurnsFast", "DatabaseUnreachable", "PaymentFailures", "StockOuts", "LoginFailuresBurst", "LatencyBudgetBurnsFast");
        }

        await SufferAsync("the host is killed", _host.KillAsync, RestartAsync, "HostDown");
        await ResolvedAsync("HostDown");
        Ended = DateTimeOffset.UtcNow;
        await LookAsync();
    }

    public async Task DisposeAsync()
    {
        foreach (var server in new IAsyncDisposable?[] { _host, _exporter, Prometheus, _alertmanager, _pager, _database })
        {
            if (server is not null)
                await server.DisposeAsync();
        }
        _folder.Delete(recursive: true);
    }

    /// <summary>How long it took from a fault to the first call that tells of it.</summary>
    public TimeSpan Delay(string alert)
    {
        var call = Calls.First(call => call.IsFiring && call.Alert == alert);
        return call.At - _faults.Last(fault => fault.Began < call.At).Began;
    }

    private async Task OpenAsync()
    {
        _database = await Database.OpenAsync();
        _host = StartHost();
        _pager = await Pager.StartAsync();
        _alertmanager = await AlertmanagerServer.StartAsync(_pager.Address);
        _exporter = await StartExporterAsync();
        await _host.WaitUntilReadyAsync();
    }

    private async Task WatchAsync()
    {
        var prometheus = Loopback.FreeAddress();
        _files.WithRules(Faster.Text)
            .Scraping("ecommerce", _host.Management.BaseAddress!)
            .Scraping("postgres-exporter", _exporter.Address)
            .Scraping("alertmanager", _alertmanager.Address)
            .Scraping("prometheus", prometheus);
        Prometheus = await PrometheusServer.StartAsync(_files, hosts: 1, prometheus);
    }

    private HostProcess StartHost() => HostProcess.Start(_folder.FullName,
    [
        ("ConnectionStrings__ECommerce", _database.ConnectionString),
        ("Data__Directory", _folder.FullName),
        ("Bootstrap__AdminEmail", Given.AdminEmail),
        ("Bootstrap__AdminPassword", Given.AdminPassword),
        ("Passwords__Iterations", "10000"),
        .. HostProcess.WithoutQuotas,
    ]);

    private async Task<ServerProcess> StartExporterAsync()
    {
        var address = Loopback.FreeAddress();
        var server = new Npgsql.NpgsqlConnectionStringBuilder(_database.ConnectionString);
        return await ServerProcess.StartAsync(Directory.CreateTempSubdirectory("ec-exporter-"), address, "/metrics",
            ["prometheus-postgres-exporter", $"--web.listen-address={address.Authority}", "--log.level=error"],
            ("DATA_SOURCE_NAME", $"host={server.Host} user={server.Username} password={server.Password} dbname={server.Database}"));
    }

    private async Task RestartAsync()
    {
        var killed = _host;
        _host = StartHost();
        await killed.DisposeAsync();
        await _host.WaitUntilReadyAsync();
        _files.Scraping("ecommerce", _host.Management.BaseAddress!);
    }

    private async Task HoldAsync(CancellationToken released)
    {
        while (!released.IsCancellationRequested)
        {
            await _database.HoldAsync("orders.orders", Held);
            await Task.Delay(Free, CancellationToken.None);
        }
    }

    private async Task SufferAsync(string name, Func<Task> begin, Func<Task> end, params string[] alerts)
    {
        // An alert that fires already is not sent a second time.
        await ResolvedAsync(alerts);
        var fault = new Fault(name, DateTimeOffset.UtcNow);
        _faults.Add(fault);
        var begun = begin();
        await UntilAsync(async () => (await LookAsync()).Where(call => call.IsFiring && call.At > fault.Began).Select(call => call.Alert).ToHashSet().IsSupersetOf(alerts),
            $"{string.Join(", ", alerts)} when {name}");
        await end();
        await begun;
        fault.Ended = DateTimeOffset.UtcNow;
    }

    private Task ResolvedAsync(params string[] alerts) => UntilAsync(
        async () => (await LookAsync()).Where(call => alerts.Contains(call.Alert)).GroupBy(call => call.Identity).All(calls => !calls.Last().IsFiring),
        $"the end of {string.Join(", ", alerts)}");

    private async Task<IReadOnlyList<Call>> LookAsync() => Calls = Call.From(await _pager.ReceivedAsync());

    private async Task UntilAsync(Func<Task<bool>> condition, string what)
    {
        for (var started = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(Pause))
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new XunitException($"Not within {Patience.TotalSeconds} s: {what}. Called so far:\n{string.Join('\n', Calls)}\nAlertmanager says: {_alertmanager.Written}\nPrometheus says: {Prometheus?.Written}");
        }
    }
}
