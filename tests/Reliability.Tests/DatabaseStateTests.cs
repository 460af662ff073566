using System.Text.Json;
using ECommerce.Host;

namespace ECommerce.Reliability.Tests;

/// <summary>A database that answers and is not what the host needs: it takes no changes, or runs statements with other rights.</summary>
public sealed class DatabaseStateTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_database_that_turns_read_only_answers_503_to_changes_and_takes_the_host_out_of_traffic_until_it_takes_them_again()
    {
        await using var site = Site.Embedded(output);
        var host = await site.OpenAsync();
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync());
        var healthy = await DatabaseAsync(host.Management, 200);
        foreach (var module in ShopModules.Names)
        {
            var session = healthy.GetProperty("details").GetProperty(module);
            (session.GetProperty("role").GetString(), session.GetProperty("login").GetString()).ShouldBe((module, "shop"));
            session.GetProperty("serverVersion").GetString()!.ShouldMatch(@"^\d+(\.\d+)?$");
            (session.GetProperty("readOnly").GetBoolean(), session.GetProperty("inRecovery").GetBoolean()).ShouldBe((false, false));
        }

        (await DatabaseAsync(host.Public, 200)).GetProperty("details").EnumerateObject().ShouldBeEmpty("a stranger learns neither version nor login");

        await TurnAsync(site, "on");
        await Eventually.TrueAsync(async () => await site.AskAsync<string>("SHOW default_transaction_read_only") == "on");
        foreach (var (path, body) in ((string, object?)[])[("/api/orders", Given.Lines((product, 1))), ("/api/users", new { email = Given.NewEmail(), name = "Ada", password = "correct horse battery" })])
        {
            var refused = await host.PostAsync(path, body, customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()));
            (refused.Status, refused.Code, refused.Header("Retry-After")).ShouldBe((503, "dependency_unavailable", "5"), refused.Text);
        }

        (await host.GetAsync($"/api/products/{product.Id}")).Status.ShouldBe(200, "reading goes on");
        var readOnly = await DatabaseAsync(host.Management, 503);
        readOnly.GetProperty("message").GetString().ShouldBe(string.Join(' ', ShopModules.Names.Select(module => $"The database takes no changes of {module}: its transactions are read-only.")));
        readOnly.GetProperty("details").GetProperty("orders").GetProperty("readOnly").GetBoolean().ShouldBeTrue();
        (await host.GetAsync("/health/live")).Status.ShouldBe(200);

        await TurnAsync(site, "off");
        await DatabaseAsync(host.Management, 200);
        await host.Given.APaidOrderAsync(customer, (product, 1));
        await site.BalanceAsync();
    }

    [Fact]
    public async Task A_session_that_has_lost_its_role_takes_the_host_out_of_traffic_until_it_is_opened_anew()
    {
        await using var shop = await OwnShop.StartAsync(("Health:CacheSeconds", "0"));
        await shop.GetAsync("/health/ready");

        // A session that works at that moment keeps its role, and the check may get it.
        await Eventually.PassesAsync(async () =>
        {
            await shop.RunInIdleSessionsAsync("SET ROLE NONE");
            var lost = await shop.GetAsync("/health/ready");
            lost.Status.ShouldBe(503, lost.Text);
            lost.Body.GetProperty("checks").GetProperty("database").GetProperty("message").GetString()
                .ShouldBe(string.Join(' ', ShopModules.Names.Select(module => $"Statements of {module} do not run as the role {module}.")));
        });
        await Eventually.PassesAsync(async () => (await shop.GetAsync("/health/ready")).Status.ShouldBe(200));
        foreach (var module in ShopModules.Names)
            (await shop.ScalarAsync<bool>($"SELECT bool_and(tableowner = '{module}') FROM pg_tables WHERE schemaname = '{module}'")).ShouldBeTrue();
    }

    [Fact]
    public async Task A_relay_whose_session_has_lost_its_statements_goes_on_without_any_request()
    {
        await using var shop = await OwnShop.StartAsync(("Outbox:PollInterval", "00:00:00.020"));
        var polls = await shop.ScalarAsync<long>(CountCommits);
        await Eventually.TrueAsync(async () => await shop.ScalarAsync<long>(CountCommits) > polls + 100, "the relays have polled more often than the driver waits before it prepares");
        await shop.RunInIdleSessionsAsync("DEALLOCATE ALL");

        await shop.ScalarAsync<int>(InsertEvent, new { id = Guid.CreateVersion7(), at = DateTimeOffset.UtcNow });

        await shop.SettleAsync();
    }

    private static async Task<JsonElement> DatabaseAsync(HttpClient client, int status)
    {
        JsonElement check = default;
        await Eventually.PassesAsync(async () =>
        {
            using var response = await client.GetAsync("/health/ready");
            var answer = await Answer.ReadAsync(response);
            answer.Status.ShouldBe(status, answer.Text);
            check = answer.Body.GetProperty("checks").GetProperty("database");
        });
        return check;
    }

    private static async Task TurnAsync(Site site, string value)
    {
        await site.ExecuteAsync($"ALTER SYSTEM SET default_transaction_read_only = {value}");
        await site.ExecuteAsync("SELECT pg_reload_conf()");
    }

    private const string CountCommits = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()";

    private const string InsertEvent = """
        INSERT INTO users.outbox (id, aggregate_id, type, payload, occurred_at, next_attempt_at)
        VALUES (@id, @id, 'users.user-deleted.v1', jsonb_build_object('userId', @id, 'at', @at), @at, @at)
        """;
}
