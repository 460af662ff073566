using System.Net;
using ECommerce.EmbeddedPostgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace ECommerce.Reliability.Tests;

/// <summary>How the host and the PostgreSQL that it brings along leave, asked to or not.</summary>
public sealed class StopTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    [InlineData("HUP")]
    public async Task Asked_to_stop_the_host_turns_traffic_away_finishes_what_it_has_in_hand_and_leaves_nothing_running(string signal)
    {
        await using var site = Site.Embedded(output);
        var host = await site.OpenAsync(("Shutdown__DrainDelay", "00:00:04"));
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 10));

        await using var handling = await StatementBarrier.CloseAsync(site.ConnectionString, "INSERT ON products.inbox");
        var delivered = await host.Given.AnOrderAsync(customer, (product, 1));
        await handling.IsReachedAsync();
        await using var placing = await StatementBarrier.CloseAsync(site.ConnectionString, "INSERT ON orders.orders");
        var inFlight = host.Given.AnOrderAsync(customer, (product, 2));
        await placing.IsReachedAsync();

        await host.SignalAsync(signal); // the whole group, as Ctrl-C would
        await Eventually.TrueAsync(async () => await ReadinessAsync(host) == HttpStatusCode.ServiceUnavailable, "readiness fails first");
        (await host.GetAsync($"/api/products/{product.Id}")).Status.ShouldBe(200, "until the drain delay is over everybody is served");
        await placing.OpenAsync();
        await handling.OpenAsync();

        (await inFlight).Receipt.Status.ShouldBe(201);
        (await host.WaitForExitAsync()).ShouldBe(0);
        Postgres.ProcessesOf(site.Folder).ShouldBeEmpty();
        string[] life = ["host.opened", "host.stopping", "host.stopped"];
        life.ShouldAllBe(moment => host.Output.Count(line => line.Contains($"\"event\":\"{moment}\"")) == 1);
        host.Output.ShouldContain(line => line.Contains("\"event\":\"host.stopping\"") && line.Contains($"\"reason\":\"SIG{signal}\""));
        host.Errors.Last(line => line.Length > 0).ShouldBe("  The shop is closed.");

        await using var server = await PostgresCluster.StartAsync(new(site.Folder), NullLogger.Instance, CancellationToken.None);
        (await site.AskAsync<int>("SELECT count(*) FROM orders.orders")).ShouldBe(2);
        (await site.AskAsync<string>("SELECT state FROM products.reservations WHERE id = @Id", new { delivered.Id })).ShouldBe("claimed");
        (await site.ListAsync<Guid>("SELECT aggregate_id FROM orders.outbox")).ShouldNotContain(delivered.Id);
    }

    [Fact]
    public async Task A_killed_host_takes_PostgreSQL_with_it_and_the_next_one_finds_everything()
    {
        await using var site = Site.Embedded(output);
        var first = await site.OpenAsync();
        var order = await first.Given.APaidOrderAsync();

        await first.KillAsync();
        await Eventually.TrueAsync(() => Postgres.ProcessesOf(site.Folder).Count == 0, "PostgreSQL has followed");

        var next = await site.OpenAsync();
        (await next.GetAsync($"/api/orders/{order.Id}", order.Customer)).Body.GetProperty("status").GetString().ShouldBe("paid");
        await site.BalanceAsync();
    }

    [Fact]
    public async Task A_host_waits_for_the_one_before_it_to_leave_its_folder()
    {
        await using var site = Site.Embedded(output);
        var first = await site.OpenAsync(("Shutdown__DrainDelay", "00:00:02"));
        var order = await first.Given.AnOrderAsync();

        await first.SignalAsync("TERM");
        var second = await site.OpenAsync();

        (await first.WaitForExitAsync()).ShouldBe(0);
        (await second.GetAsync($"/api/orders/{order.Id}", order.Customer)).Status.ShouldBe(200);
    }

    /// <summary>While it waits for its turn at the migrations, which another session has.</summary>
    [Fact]
    public async Task A_host_that_starts_leaves_at_every_signal_with_0_and_without_a_complaint()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        await using var turn = await MigrationLock.TakeAsync(site.ConnectionString);
        string[] signals = ["TERM", "INT", "QUIT", "HUP"];
        var hosts = signals.Select(signal => (Signal: signal, Process: site.Start())).ToList();
        await turn.IsWaitedForAsync(hosts.Count);

        foreach (var (signal, host) in hosts)
            await host.SignalAsync(signal);

        foreach (var (signal, host) in hosts)
        {
            (await host.WaitForExitAsync()).ShouldBe(0, host.Written);
            host.Errors.ShouldBeEmpty();
            host.Output.ShouldContain(line => line.Contains("\"event\":\"host.stopping\"") && line.Contains($"\"reason\":\"SIG{signal}\""));
            host.Output.ShouldContain(line => line.Contains("\"event\":\"host.stopped\""));
        }
    }

    [Fact]
    public async Task A_host_that_makes_its_first_cluster_leaves_no_process_when_it_is_asked_to_stop()
    {
        await using var site = Site.Embedded(output);
        var host = site.Start();
        await Eventually.TrueAsync(() => Directory.Exists(Path.Combine(site.Folder, "postgres")), "the cluster is being made");

        await host.SignalAsync("TERM");

        (await host.WaitForExitAsync()).ShouldBe(0, host.Written);
        host.Errors.ShouldBeEmpty();
        await Eventually.TrueAsync(() => Postgres.ProcessesOf(site.Folder).Count == 0, "no program goes on");
    }

    private static async Task<HttpStatusCode> ReadinessAsync(HostProcess host)
    {
        using var answer = await host.Public.GetAsync("/health/ready");
        return answer.StatusCode;
    }
}
