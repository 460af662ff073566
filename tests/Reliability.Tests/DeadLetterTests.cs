namespace ECommerce.Reliability.Tests;

/// <summary>An event that cannot be handled, and the operator who mends it.</summary>
public sealed class DeadLetterTests(ITestOutputHelper output)
{
    private const string Key = "the key of the operators";

    [Fact]
    public async Task An_event_that_cannot_be_handled_is_parked_with_its_story_and_goes_on_when_it_is_redriven()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync(("Management__Key", Key), ("Outbox__MaxAttempts", "3"), ("Outbox__FirstBackoff", "00:00:00.010"));
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 10));
        var broken = Guid.CreateVersion7();
        await site.ExecuteAsync($"""
            CREATE FUNCTION public.refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'out of order'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON products.reservations FOR EACH ROW WHEN (OLD.id = '{broken}') EXECUTE FUNCTION public.refuse();
            """);

        await DoneAsync(host.PostAsync("/api/orders", Given.Lines((product, 3)), customer, ("Idempotency-Key", broken.ToString())));
        await DoneAsync(host.PostAsync($"/api/orders/{broken}/pay", new { method = "card" }, customer));
        var letter = await Eventually.GetAsync(async () => (await DeadAsync(host)) is [var only] ? only : null);

        (letter.Type, letter.AggregateId, letter.Attempts).ShouldBe(("orders.order-placed.v1", broken, 3));
        await host.Given.APaidOrderAsync(customer, (product, 2)); // another story flows on
        await Eventually.PassesAsync(async () => (await site.ListAsync<string>("SELECT type FROM orders.outbox ORDER BY seq"))
            .ShouldBe(["orders.order-placed.v1", "orders.payment-started.v1", "orders.order-paid.v1"]));
        (await StatesAsync(site)).ShouldBe(["reserved", "committed"]);

        await site.ExecuteAsync("DROP TRIGGER refuse ON products.reservations");
        (await RedriveAsync(host, letter.Id, key: null)).ShouldBe(401);
        (await RedriveAsync(host, letter.Id, Key)).ShouldBe(204);

        await site.BalanceAsync();
        (await StatesAsync(site)).ShouldBe(["committed", "committed"]);
        (await site.ListAsync<string>("""
            SELECT inbox.handler
            FROM products.inbox JOIN orders.timeline ON timeline.event_id = inbox.message_id
            WHERE timeline.order_id = @broken
            ORDER BY inbox.handled_at
            """, new { broken })).ShouldBe(["ClaimReservation", "CommitReservation"]);
        (await DeadAsync(host)).ShouldBeEmpty();
        (await RedriveAsync(host, letter.Id, Key)).ShouldBe(404);
    }

    private sealed record Letter(Guid Id, string Type, Guid AggregateId, int Attempts);

    private static async Task<Letter[]> DeadAsync(HostProcess host)
    {
        using var response = await host.Operator.GetAsync("/ops/outbox?module=orders&state=dead");
        var list = await Answer.ReadAsync(response);
        list.Status.ShouldBe(200, list.Text);
        return
        [
            .. list.Body.GetProperty("items").EnumerateArray().Select(item => new Letter(
                item.GetProperty("id").GetGuid(), item.GetProperty("type").GetString()!, item.GetProperty("aggregateId").GetGuid(), item.GetProperty("attempts").GetInt32())),
        ];
    }

    private static async Task<int> RedriveAsync(HostProcess host, Guid id, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/ops/outbox/{id}/redrive");
        if (key is not null)
            request.Headers.Add("X-Management-Key", key);
        using var response = await host.Management.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static Task<IReadOnlyList<string>> StatesAsync(Site site) => site.ListAsync<string>("SELECT state FROM products.reservations ORDER BY reserved_at");

    private static async Task DoneAsync(Task<Answer> asked)
    {
        var answer = await asked;
        answer.Status.ShouldBeInRange(200, 299, answer.Text);
    }
}
