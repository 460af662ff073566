using System.Net.Http.Headers;
using Microsoft.Extensions.DependencyInjection;
using Observability.Metrics;

namespace ECommerce.Signals.Tests.Exposition;

/// <summary>The page that Prometheus reads, in both of its languages.</summary>
public sealed class PageTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private const string OpenMetrics = "application/openmetrics-text";

    // As Prometheus 2.42 asks.
    private const string Prometheus = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";

    private static readonly string[] Hostile =
    [
        "", " ", "a \"quoted\" word", "C:\\new\\", "\\", "\\\\\"", "two\nlines", "\n# EOF\n", "\r\n", "tab\t", "{le=\"1\"} 5", "# TYPE a gauge", "😀 ž 漢", "‮", "\u0001",
        new('x', 5000),
    ];

    [Fact]
    public async Task What_nobody_has_counted_yet_is_zero_and_not_absent()
    {
        await using var fresh = await OwnShop.StartAsync();

        var metrics = await fresh.MetricsAsync();

        foreach (var series in new[]
        {
            "users_registered_total", "auth_attempts_total{outcome=\"rejected\",reason=\"wrong_password\"}", "products_created_total",
            "stock_reservations_total{outcome=\"short\"}", "orders_placed_total", "payments_total{outcome=\"declined\"}",
        })
        {
            metrics.Values.Keys.ShouldContain(series);
        }
    }

    [Fact]
    public async Task It_is_well_formed_in_both_languages_while_the_shop_is_busy()
    {
        using var closing = new CancellationTokenSource();
        var trade = Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            while (!closing.IsCancellationRequested)
            {
                var order = await shop.Given.APaidOrderAsync();
                await shop.PostAsync($"/api/orders/{order.Id}/cancel", by: order.Customer);
                await shop.GetAsync("/api/orders/nonsense");
            }
        }));

        for (var scrape = 0; scrape < 50; scrape++)
            OpenMetricsPage.Parse(await ScrapeAsync(Prometheus)).Families.ShouldNotBeEmpty();
        for (var scrape = 0; scrape < 5; scrape++)
            (await Promtool.CheckAsync(await ScrapeAsync("text/plain"))).ShouldBeEmpty();
        await closing.CancelAsync();
        await trade;
        await shop.SettleAsync();

        // Rounds go on, and ask the database.
        await Eventually.PassesAsync(async () => OpenMetricsPage.Parse(await ScrapeAsync(Prometheus)).Samples.ShouldContain(sample => sample.Exemplar != null));
    }

    [Fact]
    public async Task Whatever_a_label_says_is_read_as_it_was_written()
    {
        var metrics = shop.Services.GetRequiredService<MetricFamilies>();
        var (counter, gauge) = (metrics.Counter("hostile_total", "Hostile.", "value"), metrics.Gauge("hostile_now", "Hostile.", "value"));
        var (histogram, summary) = (metrics.Histogram("hostile_seconds", "Hostile.", [1, 10], "value"), metrics.Summary("hostile_bytes", "Hostile.", "value"));
        foreach (var value in Hostile)
        {
            counter.With(value).Inc();
            gauge.With(value).Set(double.NaN);
            histogram.With(value).Observe(1e9);
            summary.With(value).Observe(double.MaxValue);
        }

        var page = OpenMetricsPage.Parse(await ScrapeAsync(Prometheus));

        foreach (var name in (string[])["hostile_total", "hostile_now", "hostile_seconds_count", "hostile_bytes_sum"])
            page.Samples.Where(sample => sample.Name == name).Select(sample => sample["value"]).ShouldBe(Hostile, ignoreOrder: true, name);
        (await Promtool.CheckAsync(await ScrapeAsync("text/plain"))).ShouldBeEmpty();
    }

    [Fact]
    public async Task No_caller_can_put_a_word_of_his_own_into_it()
    {
        const string Word = "zaubernuss";
        var (customer, admin) = (await shop.Given.ACustomerAsync(email: $"{Word}@{Word}.example", name: Word), await shop.Given.AdminAsync());
        var product = await shop.Given.AProductAsync(category: Word, name: Word, sku: $"{Word}-{Guid.NewGuid():N}"[..40]);
        foreach (var path in (string[])[$"/{Word}", $"/api/{Word}", $"/api/{Word}/orders", $"/api/products/{Word}?{Word}={Word}", $"/api/products?category={Word}&sort={Word}", $"/problems/{Word}", $"/openapi/{Word}.json", $"/health/{Word}"])
            await shop.SendAsync(new(Word), path);
        foreach (var path in (string[])[$"/api/{Word}", $"/api/users/{Word}", $"/api/products?sort={Word}&after={Word}", $"/problems/{Word}", $"/openapi/{Word}.json"])
            await shop.GetAsync(path, customer, ("X-Request-Id", Word), ("User-Agent", Word), ("tracestate", $"{Word}=1"), ("baggage", $"{Word}={Word}"), ("Accept", $"{Word}/{Word}"), ("Accept-Language", Word));
        await shop.PostAsync($"/api/products/{product.Id}/stock", new { delta = 1, reason = Word }, admin);
        await shop.PostAsync("/api/products", new { sku = Word, name = Word, description = Word, category = Word, price = new { amount = 1, currency = Word }, stock = 1 }, admin);
        await shop.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("Idempotency-Key", Word));
        var order = await shop.Given.AnOrderAsync(customer, (product, 1));
        await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = Word }, customer);
        await shop.PostAsync("/api/users", new StringContent(Word, null, $"application/{Word}"));
        using var elsewhere = new HttpRequestMessage(HttpMethod.Get, $"/{Word}") { Headers = { Host = $"{Word}.example" } };
        await shop.SendAsync(elsewhere);
        await shop.SettleAsync();

        (await ScrapeAsync(Prometheus)).ShouldNotContain(Word);
        (await ScrapeAsync("text/plain")).ShouldNotContain(Word);
    }

    [Theory]
    [InlineData(Prometheus, true)]
    [InlineData("application/openmetrics-text", true)]
    [InlineData("application/openmetrics-text; version=1.0.0; charset=utf-8", true)]
    [InlineData("text/plain;version=0.0.4;q=0.5,application/openmetrics-text;version=1.0.0", true)]
    [InlineData("text/plain", false)]
    [InlineData("text/plain;version=0.0.4", false)]
    [InlineData("*/*", false)]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", false)]
    [InlineData(null, false)]
    public async Task Whoever_asks_for_OpenMetrics_gets_it_and_everybody_else_plain_text(string? accept, bool isOpenMetrics)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);

        using var response = await shop.Management.SendAsync(request);

        response.Content.Headers.ContentType.ShouldBe(MediaTypeHeaderValue.Parse(isOpenMetrics ? $"{OpenMetrics}; version=1.0.0; charset=utf-8" : "text/plain; version=0.0.4; charset=utf-8"));
        (await response.Content.ReadAsStringAsync()).EndsWith("# EOF\n", StringComparison.Ordinal).ShouldBe(isOpenMetrics);
    }

    [Theory]
    [InlineData(Prometheus)]
    [InlineData("text/plain")]
    public async Task Two_scrapes_while_nothing_happens_list_the_same_series_in_the_same_order(string accept)
    {
        await shop.Given.APaidOrderAsync();
        await shop.SettleAsync();

        // Rounds go on; the first time that one finds something may add a series.
        await Eventually.PassesAsync(async () =>
        {
            var first = Series(await ScrapeAsync(accept));
            for (var scrape = 0; scrape < 10; scrape++)
                Series(await ScrapeAsync(accept)).ShouldBe(first);
        });
    }

    // A line without its value and its exemplar.
    private static string[] Series(string page) =>
        [.. page.Split('\n').Select(line => line.StartsWith('#') ? line : line.Split("} ")[0].Split(' ') is [var name, _] ? name : line.Split("} ")[0])];

    private async Task<string> ScrapeAsync(string accept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await shop.Management.SendAsync(request);
        return await response.Content.ReadAsStringAsync();
    }
}
