using System.Collections.Concurrent;
using ECommerce.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ECommerce.Orders.Tests;

/// <summary>Periodic jobs of three hosts on one database.</summary>
public sealed class JobScopeTests : IAsyncLifetime
{
    private readonly Workplace _shared = new();
    private readonly Workplace _own = new();
    private IReadOnlyList<HostWithJobs> _hosts = [];

    public async Task InitializeAsync() => _hosts = await Replica.StartAsync<HostWithJobs>(3, (number, first) => new(number, first, _shared, _own));

    [Fact]
    public async Task A_job_of_one_host_runs_on_one_host_at_a_time_and_a_host_that_dies_in_it_does_not_hold_up_the_others()
    {
        await Eventually.TrueAsync(() => _shared.Inside.Count == 1, "one host runs the job");
        var first = _shared.Inside.Single();
        await Eventually.TrueAsync(() => _hosts.All(host => host.Number == first || host.SkippedRuns > 1), "the others skip it");
        await Eventually.TrueAsync(() => _own.Inside.Count == _hosts.Count, "the job of every host runs on each of them");
        _shared.Inside.ShouldBe([first]);

        // What the server sees of a host that dies is the end of its sessions.
        (await _hosts[0].ScalarAsync<bool>(EndHolder)).ShouldBeTrue();
        await Eventually.TrueAsync(() => _shared.Inside.Count == 2, "another host runs the job now");
        var next = _shared.Inside.Single(host => host != first);

        _shared.Leave();
        await Eventually.TrueAsync(() => _shared.Finished.Contains(first) && _shared.Finished.Contains(next), "both runs end");
        _hosts.ShouldAllBe(host => !host.HasFailedRuns);
        await Eventually.TrueAsync(() => _shared.Finished.Distinct().Count() == _hosts.Count, "every host has its turn");
    }

    public async Task DisposeAsync()
    {
        _shared.Leave();
        _own.Leave();
        await Replica.DisposeAsync(_hosts);
    }

    private const string EndHolder = """
        SELECT pg_terminate_backend(pid)
        FROM pg_locks
        WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
          AND (classid::bigint << 32) + objid::bigint = hashtextextended('orders: be counted', 0)
        """;

    /// <summary>Where the runs of a job meet: they stay until they are told to leave.</summary>
    private sealed class Workplace
    {
        private readonly TaskCompletionSource _leave = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public ConcurrentQueue<int> Inside { get; } = new();

        public ConcurrentQueue<int> Finished { get; } = new();

        public void Leave() => _leave.TrySetResult();

        public async Task WorkAsync(int host, CancellationToken ct)
        {
            Inside.Enqueue(host);
            await _leave.Task.WaitAsync(ct);
            Finished.Enqueue(host);
        }
    }

    private sealed class HostWithJobs(int number, HostWithJobs? first, Workplace shared, Workplace own) : Replica(first)
    {
        public int Number => number;

        public int SkippedRuns => Count("round.skipped");

        public bool HasFailedRuns => Count("round.failed") > 0;

        protected override void Configure(IDictionary<string, string?> settings)
        {
            ArgumentNullException.ThrowIfNull(settings);
            base.Configure(settings);
            settings["Logging:LogLevel:ECommerce.Orders"] = "Debug";
        }

        protected override void ConfigureServices(IServiceCollection services) => services
            .AddSingleton(new Places(number, shared, own))
            .AddPeriodicJob<Counted>(JobScope.OneHost)
            .AddPeriodicJob<Everywhere>(JobScope.EveryHost);

        private int Count(string name) => Log.Lines.Count(line => line.TryGetProperty("event", out var found) && found.GetString() == name
            && line.TryGetProperty("round", out var round) && round.GetString() == "be counted");
    }

    private sealed record Places(int Host, Workplace Shared, Workplace Own);

    private sealed class Counted(Places places, TimeProvider clock, ILoggerFactory loggers) : PeriodicJob("be counted", TimeSpan.FromMilliseconds(100), clock, loggers)
    {
        protected override Task RunAsync(CancellationToken ct) => places.Shared.WorkAsync(places.Host, ct);
    }

    private sealed class Everywhere(Places places, TimeProvider clock, ILoggerFactory loggers) : PeriodicJob("be everywhere", TimeSpan.FromHours(1), clock, loggers)
    {
        protected override Task RunAsync(CancellationToken ct) => places.Own.WorkAsync(places.Host, ct);
    }
}
