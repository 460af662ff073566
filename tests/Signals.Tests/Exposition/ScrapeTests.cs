using ECommerce.Signals.Tests.Agreement;
using Microsoft.Extensions.DependencyInjection;
using Observability.Metrics;

namespace ECommerce.Signals.Tests.Exposition;

/// <summary>Scraping a large registry is nobody's business but the scraper's.</summary>
public sealed class ScrapeTests(ScrapeTests.LargeShop shop) : IClassFixture<ScrapeTests.LargeShop>
{
    private const int Series = 3000;

    [Fact]
    public async Task Requests_go_on_while_scrapes_follow_each_other()
    {
        using var done = new CancellationTokenSource();
        var scrapes = 0;
        var scraping = Task.WhenAll(Enumerable.Range(0, 4).Select(async _ =>
        {
            for (; !done.IsCancellationRequested; Interlocked.Increment(ref scrapes))
                (await shop.Management.GetStringAsync("/metrics")).Split('\n').Length.ShouldBeGreaterThan(Series);
        }));

        // Until both have done a good deal beside each other.
        var answers = 0;
        await Eventually.TrueAsync(async () =>
        {
            (await shop.GetAsync("/api/products")).Status.ShouldBe(200);
            return ++answers >= 100 && Volatile.Read(ref scrapes) >= 20;
        }, "requests and scrapes");
        await done.CancelAsync();
        await scraping;
    }

    [Fact]
    public async Task A_scrape_that_nobody_reads_holds_up_no_request()
    {
        using var scraper = await RudeCaller.CallAsync(shop.Management.BaseAddress!, hardOfHearing: true);
        await scraper.SayAsync("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n");
        (await scraper.HearAsync()).ShouldStartWith("HTTP/1.1 200");

        // Series that are there and series that are new, and another scrape to see them.
        var path = $"/api/orders/{Guid.NewGuid()}";
        foreach (var method in (string[])["GET", "PUT", "PATCH", "TRACE"])
            await shop.SendAsync(new(method), path);
        (await shop.GetAsync("/api/products")).Status.ShouldBe(200);
        await Eventually.TrueAsync(async () => (await shop.MetricsAsync())["http_requests_total{service=\"platform\",method=\"TRACE\",path=\"unmatched\",status=\"405\"}"] > 0);
        scraper.HangUp();
    }

    /// <summary>A shop with thousands of series, whose page is megabytes long.</summary>
    public sealed class LargeShop : ShopFixture
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            ArgumentNullException.ThrowIfNull(settings);
            settings["Metrics:SeriesPerFamily"] = $"{Series}";
        }

        public override async Task InitializeAsync()
        {
            await base.InitializeAsync();
            var gauge = Services.GetRequiredService<MetricFamilies>().Gauge("large", "Makes the page long.", "number", "text");
            for (var number = 0; number < Series; number++)
                gauge.With($"{number}", new string('x', 1000)).Set(number);
        }
    }
}
