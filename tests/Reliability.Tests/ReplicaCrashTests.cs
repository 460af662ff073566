using ECommerce.Web;

namespace ECommerce.Reliability.Tests;

/// <summary>Hosts of the topology <c>replicas</c> die between two steps of an order, and those that are left finish it.</summary>
public sealed class ReplicaCrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Hosts_die_one_after_the_other_and_the_last_one_finishes_what_they_began_once()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        (string, string?)[] settings = [("Tokens__SigningKey", SigningKey.NewPem()), ("Payments__Timeout", "00:00:00.500")];
        HostProcess[] hosts = [site.Start(settings), site.Start(settings), site.Start(settings)];
        await Task.WhenAll(hosts.Select(host => host.WaitUntilReadyAsync()));
        var (customer, product) = (await hosts[0].Given.ACustomerAsync(), await hosts[1].Given.AProductAsync(stock: 10));
        var key = Guid.CreateVersion7();

        // The first has reserved the stock.
        await using (var gate = await StatementBarrier.CloseAsync(site.ConnectionString, "INSERT ON orders.orders"))
        {
            var lost = PlaceAsync(hosts[0], key, customer, product);
            await Site.CrashOneAsync(hosts[0], gate);
            await Should.ThrowAsync<HttpRequestException>(lost);
        }

        var retried = await Task.WhenAll(hosts[1..].SelectMany(host => (Task<Answer>[])[PlaceAsync(host, key, customer, product), PlaceAsync(host, key, customer, product)]));

        retried.ShouldAllBe(answer => answer.Status == 201 && answer.Text == retried[0].Text);
        retried.Count(answer => answer.Header("Idempotency-Replayed") is null).ShouldBe(1);

        // The second has taken the money.
        await using (var gate = await StatementBarrier.CloseAsync(site.ConnectionString, "UPDATE ON orders.payment_attempts"))
        {
            var lost = hosts[1].PostAsync($"/api/orders/{retried[0].Id}/pay", new { method = "card" }, customer);
            await Site.CrashOneAsync(hosts[1], gate);
            await Should.ThrowAsync<HttpRequestException>(lost);
        }

        await site.BalanceAsync();
        (await hosts[2].GetAsync($"/api/orders/{retried[0].Id}", customer)).Member("status").GetString().ShouldBe("paid");
        (await site.AskAsync<int>("SELECT count(*) FROM orders.provider_ledger")).ShouldBe(1);
        (await site.ListAsync<(int, int)>("SELECT on_hand, reserved FROM products.stock")).ShouldBe([(7, 0)]);
    }

    private static Task<Answer> PlaceAsync(HostProcess host, Guid key, Customer customer, Product product) =>
        host.PostAsync("/api/orders", Given.Lines((product, 3)), customer, ("Idempotency-Key", key.ToString()));
}
