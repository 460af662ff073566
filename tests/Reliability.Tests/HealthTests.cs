using System.Diagnostics;
using System.Text.Json;

namespace ECommerce.Reliability.Tests;

/// <summary>What the host says of itself while its database is really away.</summary>
public sealed class HealthTests(ITestOutputHelper output)
{
    // A second is the checks' own; the rest is for a busy machine.
    private static readonly TimeSpan Promptly = TimeSpan.FromSeconds(5);

    [Fact]
    public async Task A_PostgreSQL_that_hangs_takes_the_host_out_of_traffic_in_time_and_back_when_it_answers_again()
    {
        await using var site = Site.Embedded(output);
        var host = await site.OpenAsync(
            ("Health__TimeoutSeconds", "1"), ("Database__CommandTimeout", "00:00:01"), ("Database__StatisticsInterval", "00:00:00.200"));
        await Eventually.TrueAsync(async () => (await host.MetricsAsync())["postgresql_connection_max"] > 0);
        (await ReadyAsync(host)).Body.GetProperty("checks").GetProperty("disk").GetProperty("message").GetString()!.ShouldEndWith("free where PostgreSQL keeps its data.");

        await using (await Postgres.FreezeAsync(site.Folder))
        {
            await Eventually.PassesAsync(async () => (await ReadyAsync(host)).Status.ShouldBe(503));
            var started = Stopwatch.GetTimestamp();
            var ready = await ReadyAsync(host);
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Promptly);

            var checks = ready.Body.GetProperty("checks");
            foreach (var check in (string[])["database", "migrations"])
                checks.GetProperty(check).GetProperty("status").GetString().ShouldBe("unhealthy", ready.Text);
            checks.GetProperty("disk").GetProperty("status").GetString().ShouldBe("healthy", ready.Text);
            ready.Text.ShouldNotContain(site.Folder);
            ready.Text.ShouldNotContain("Host=");
            await Eventually.PassesAsync(async () =>
            {
                var metrics = await host.MetricsAsync();
                metrics["""health_check_status{check="database"}"""].ShouldBe(0);
                metrics["""health_check_status{check="disk"}"""].ShouldBe(1);
                metrics.Values.Keys.ShouldNotContain("postgresql_connection_max");
            });

            started = Stopwatch.GetTimestamp();
            (await host.GetAsync("/health/live")).Status.ShouldBe(200);
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Promptly, "live asks nobody");
        }

        await Eventually.PassesAsync(async () => (await ReadyAsync(host)).Status.ShouldBe(200));
        await Eventually.TrueAsync(async () => (await host.MetricsAsync())["postgresql_connection_max"] > 0);
    }

    [Fact]
    public async Task A_PostgreSQL_that_refuses_connections_is_named_by_the_checks_that_need_it_and_no_address_is()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync();
        var database = await site.AskAsync<string>("SELECT current_database()");

        await site.ExecuteOnServerAsync($"ALTER DATABASE {database} WITH ALLOW_CONNECTIONS false");
        await site.ExecuteOnServerAsync($"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'");

        await Eventually.PassesAsync(async () =>
        {
            var ready = await ReadyAsync(host);
            ready.Status.ShouldBe(503);
            var checks = ready.Body.GetProperty("checks");
            MessageOf(checks, "database").ShouldBe("The database does not answer users (PostgresException).");
            MessageOf(checks, "migrations").ShouldBe("Which migrations of users have run cannot be asked (PostgresException).");
            ready.Text.ShouldNotContain(database!);
        });
        await IsRefusedAsync(host, database!);

        await site.ExecuteOnServerAsync($"ALTER DATABASE {database} RENAME TO {database}_gone");
        await IsRefusedAsync(host, database!);

        await site.ExecuteOnServerAsync($"ALTER DATABASE {database}_gone RENAME TO {database}");
        await site.ExecuteOnServerAsync($"ALTER DATABASE {database} WITH ALLOW_CONNECTIONS true");
        await Eventually.PassesAsync(async () => (await ReadyAsync(host)).Status.ShouldBe(200));
    }

    private static string? MessageOf(JsonElement checks, string check) => checks.GetProperty(check).GetProperty("message").GetString();

    private static async Task IsRefusedAsync(HostProcess host, string database)
    {
        var refused = await host.GetAsync("/api/products");
        (refused.Status, refused.Code).ShouldBe((503, "dependency_unavailable"));
        refused.Text.ShouldNotContain(database);
    }

    private static Task<Answer> ReadyAsync(HostProcess host) => host.GetAsync("/health/ready");
}
