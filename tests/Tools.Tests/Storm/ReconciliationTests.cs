using ECommerce.Audit;

namespace ECommerce.Tools.Tests.Storm;

/// <summary>Counters of several hosts behind a balancer, of which the client does not know which one has answered.</summary>
public sealed class ReconciliationTests
{
    private static readonly DateTimeOffset Began = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Equal_hosts_have_counted_together_what_was_answered()
    {
        Life[] hosts = [Host(1, "host-1"), Host(2, "host-2")];
        Request[] asked = [Order(1), Order(2), Order(3)];

        Findings(hosts, asked, Scraped(1, (201, 2)), Scraped(2, (201, 1))).ShouldBeEmpty();
        Findings(hosts, asked, Scraped(1, (201, 2)), Scraped(2, (201, 0))).ShouldHaveSingleItem()
            .ShouldBe("2 hosts together: http_requests_total of POST /api/orders 201 is 2 and 3 had been answered");
        Findings(hosts, asked, Scraped(1, (201, 2)), Scraped(2, (201, 2))).ShouldHaveSingleItem()
            .ShouldBe("2 hosts together: http_requests_total of POST /api/orders 201 is 4 and 3 had been answered, with 0 of the route unheard of");
    }

    [Fact]
    public void What_a_killed_host_counted_after_its_last_scrape_may_be_missing()
    {
        Life[] hosts = [Host(1, "host-1"), Host(2, "host-2") with { Ended = Began.AddSeconds(22), Killed = true }];

        Findings(hosts, [Order(1), Order(21)], Scraped(1, (201, 0)), Scraped(2, (201, 1), at: 20)).ShouldBeEmpty();
        Findings(hosts, [Order(1), Order(21)], Scraped(1, (201, 0)), Scraped(2, (201, 0), at: 20)).Count.ShouldBe(1, "The first answer came long before.");
    }

    [Theory]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public void A_balancer_may_have_answered_in_the_place_of_a_host(int status)
    {
        Life[] hosts = [Host(1, "host-1"), Host(2, "host-2")];
        Request[] asked = [Order(1), Order(2, status)];

        Findings(hosts, asked, Scraped(1, (201, 1)), Scraped(2, (201, 0))).ShouldBeEmpty("It met no host.");
        Findings(hosts, asked, Scraped(1, (201, 1)), Scraped(2, (status, 1))).ShouldBeEmpty("A host has answered it.");
        Findings(hosts, asked, Scraped(1, (201, 1)), Scraped(2, (status, 2))).Count.ShouldBe(1, "It was sent once.");
        Findings([Host(1, null)], asked, Scraped(1, (201, 1))).Count.ShouldBe(1, "There is no balancer.");
    }

    [Fact]
    public void The_host_of_a_module_has_counted_the_requests_of_that_module()
    {
        Life[] hosts = [Host(1, "users") with { Serves = "/api/users" }, Host(2, "orders") with { Serves = "/api/orders" }];

        Findings(hosts, [Order(1)], Scraped(1), Scraped(2, (201, 1))).ShouldBeEmpty();
        Findings(hosts, [Order(1)], Scraped(1, (201, 1)), Scraped(2, (201, 1))).ShouldHaveSingleItem().ShouldStartWith("host users at 12:00:30:");
        Findings(hosts, [Order(1)], Scraped(1), Scraped(2)).ShouldHaveSingleItem().ShouldStartWith("host orders at 12:00:30:");
    }

    private static IReadOnlyList<string> Findings(Life[] lives, Request[] requests, params Scrape[] scrapes) => [.. Reconciliation.Findings(new([], requests, lives, scrapes, []))];

    private static Life Host(int number, string? name) => new(number, Began, Ended: null, Killed: false, name);

    private static Request Order(int second, int status = 201) =>
        new(Began.AddSeconds(second), Began.AddSeconds(second + 0.02), "PlaceOrder", "POST", "/api/orders", status, Failed: null, Guid.NewGuid());

    private static Scrape Scraped(int life, (int Status, int Count)? orders = null, int at = 30) =>
        new(life, Began.AddSeconds(at), Began.AddSeconds(at), orders is { } counted ? [new("POST", "/api/orders", counted.Status, counted.Count)] : []);
}
