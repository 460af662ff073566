using System.Text.Json;

namespace ECommerce.Host.Tests.Operations;

/// <summary>What each check of the host finds when something is wrong; each test has a host of its own to break.</summary>
[Trait("Category", "Running")]
public sealed class HealthChecksTests
{
    private const string Everything = "9223372036854775807";

    [Fact]
    public async Task Each_probe_asks_what_it_is_for_and_live_asks_nothing()
    {
        await using var shop = await OwnShop.StartAsync();

        (await ChecksAsync(shop, "/health/ready")).Keys.ShouldBe(["admission", "database", "disk", "migrations", "outbox", "readiness"], ignoreOrder: true);
        (await ChecksAsync(shop, "/health/startup")).Keys.ShouldBe(["database", "migrations"], ignoreOrder: true);
        (await ChecksAsync(shop, "/health/live")).ShouldBeEmpty();
        (await shop.GetAsync("/health/ready")).Body.GetProperty("status").GetString().ShouldBe("healthy");
        foreach (var check in (string[])["admission", "database", "disk", "migrations", "outbox", "readiness"])
            (await shop.MetricsAsync())[Mirror(check)].ShouldBe(1, check);
    }

    [Fact]
    public async Task A_migration_that_is_missing_in_the_database_takes_the_host_out_of_traffic()
    {
        await using var shop = await OwnShop.StartAsync();
        (await shop.GetAsync("/health/ready")).Status.ShouldBe(200);

        await shop.ScalarAsync<int>("UPDATE users.schema_versions SET scriptname = 'gone' WHERE scriptname = '0001_users.sql'");

        await BecomesAsync(shop, 503, "migrations", "unhealthy");
        var check = (await ChecksAsync(shop, "/health/ready"))["migrations"];
        check.GetProperty("message").GetString()!.ShouldStartWith("Not all migrations of users have run: 0001_users.sql.");
        (await shop.GetAsync("/health/startup")).Status.ShouldBe(503);
        (await shop.MetricsAsync())[Mirror("migrations")].ShouldBe(0);
        (await shop.GetAsync("/health/live")).Status.ShouldBe(200);

        await shop.ScalarAsync<int>("UPDATE users.schema_versions SET scriptname = '0001_users.sql' WHERE scriptname = 'gone'");
        await BecomesAsync(shop, 200, "migrations", "healthy");
    }

    [Fact]
    public async Task A_dead_letter_degrades_the_host_and_leaves_it_in_traffic()
    {
        await using var shop = await OwnShop.StartAsync();

        await shop.ScalarAsync<int>(InsertEvent, new { id = Guid.CreateVersion7(), age = TimeSpan.Zero, isDead = true });

        await BecomesAsync(shop, 200, "outbox", "degraded");
        var check = (await ChecksAsync(shop, "/health/ready"))["outbox"];
        check.GetProperty("message").GetString().ShouldBe("Events are stuck: dead letters of users: 1.");
        check.GetProperty("details").GetProperty("users").GetProperty("deadLetters").GetInt64().ShouldBe(1);
        (await shop.MetricsAsync())[Mirror("outbox")].ShouldBe(0.5);

        await shop.ScalarAsync<int>("DELETE FROM users.outbox");
        await BecomesAsync(shop, 200, "outbox", "healthy");
    }

    [Theory]
    [InlineData("00:01:00", "degraded")]
    [InlineData("12:00:00", "healthy")]
    public async Task An_event_that_has_waited_for_too_long_degrades_the_host(string stuckAfter, string expected)
    {
        await using var shop = await OwnShop.StartAsync(("Outbox:StuckAfter", stuckAfter));

        await shop.ScalarAsync<int>(InsertEvent, new { id = Guid.CreateVersion7(), age = TimeSpan.FromHours(1), isDead = false });

        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["""outbox_pending{module="users"}"""] == 1);
        await BecomesAsync(shop, 200, "outbox", expected);
    }

    [Fact]
    public async Task What_was_seen_of_the_outboxes_is_not_believed_for_ever()
    {
        await using var shop = await OwnShop.StartAsync();
        await shop.ScalarAsync<int>("ALTER TABLE users.outbox RENAME TO hidden");
        // A look that began before the table was gone may still succeed; after one that failed, none does.
        await Eventually.TrueAsync(
            () => Task.FromResult(shop.Log.Lines.Any(line => line.TryGetProperty("event", out var name) && name.GetString() == "round.failed")), "nobody can look any more");

        shop.Clock.Advance(TimeSpan.FromMinutes(1));

        await BecomesAsync(shop, 200, "outbox", "degraded");
        (await ChecksAsync(shop, "/health/ready"))["outbox"].GetProperty("message").GetString()!.ShouldStartWith("Events are stuck: nobody could look for ");
        await shop.ScalarAsync<int>("ALTER TABLE users.hidden RENAME TO outbox");
        await BecomesAsync(shop, 200, "outbox", "healthy");
    }

    [Theory]
    [InlineData("Health:DiskDegradedBytes", 200, "degraded", 0.5)]
    [InlineData("Health:DiskUnhealthyBytes", 503, "unhealthy", 0)]
    public async Task A_disk_that_is_nearly_full_degrades_the_host_and_then_takes_it_out_of_traffic(string limit, int status, string expected, double metric)
    {
        await using var shop = await OwnShop.StartAsync((limit, Everything));

        await BecomesAsync(shop, status, "disk", expected);

        var check = (await ChecksAsync(shop, "/health/ready"))["disk"];
        check.GetProperty("message").GetString()!.ShouldMatch(@"^\d+\.\d GB of \d+\.\d GB are free where temporary files go\.$");
        check.GetProperty("details").GetProperty("freeBytes").GetInt64().ShouldBeInRange(1, check.GetProperty("details").GetProperty("totalBytes").GetInt64());
        (await shop.MetricsAsync())[Mirror("disk")].ShouldBe(metric);
    }

    private static string Mirror(string check) => $$"""health_check_status{check="{{check}}"}""";

    private static async Task<Dictionary<string, JsonElement>> ChecksAsync(OwnShop shop, string probe) =>
        (await shop.GetAsync(probe)).Body.GetProperty("checks").EnumerateObject().ToDictionary(check => check.Name, check => check.Value);

    private static Task BecomesAsync(OwnShop shop, int status, string check, string expected) => Eventually.PassesAsync(async () =>
    {
        var answer = await shop.GetAsync("/health/ready");
        answer.Body.GetProperty("checks").GetProperty(check).GetProperty("status").GetString().ShouldBe(expected, answer.Text);
        answer.Status.ShouldBe(status, answer.Text);
    });

    // Its next attempt is a day away, so no relay takes it.
    private const string InsertEvent = """
        INSERT INTO users.outbox (id, aggregate_id, type, payload, occurred_at, attempts, next_attempt_at, dead_at)
        VALUES (@id, @id, 'users.user-deleted.v1', '{}', now() - @age, 1, now() + interval '1 day', CASE WHEN @isDead THEN now() END)
        """;
}
