using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.Signals.Tests.Agreement;

/// <summary>Metrics, traces, logs and tables tell the same story of the same day.</summary>
public sealed partial class AgreementTests
{
    private const string Unmatched = "unmatched";

    private sealed record Exchange(string Method, string Path, string Status);

    [Fact]
    public async Task After_a_day_of_trade_faults_and_broken_connections_every_signal_has_counted_the_same()
    {
        await using var shop = await WatchedShop.StartAsync();
        await using var prometheus = await PrometheusServer.StartAsync(shop.Management.BaseAddress!);

        await new Script(shop).RunAsync();

        // The end of a request is told after its answer has left.
        await Eventually.PassesAsync(async () =>
        {
            var told = shop.Sent.Total - (int)(await shop.MetricsAsync()).Values.Where(series => series.Key.StartsWith("http_requests_untold_total", StringComparison.Ordinal)).Sum(series => series.Value);
            (Spans: Served(shop).Count, Lines: Completed(shop).Count).ShouldBe((told, told), "requests = lines + untold");
        });
        await prometheus.ScrapeAsync();

        shop.Sent.Counts.Keys.Select(key => key.Status).Distinct().Order().ToArray().ShouldBe(
            [200, 201, 202, 204, 304, 400, 401, 402, 403, 404, 405, 409, 412, 413, 415, 422, 429, 499, 500, 503], "The script has seen it all.");
        await RequestsAgreeAsync(shop, prometheus);
        await BusinessAgreesAsync(shop, prometheus);
        await EveryIdLeadsToATraceAsync(shop, prometheus);
        (await prometheus.NumberAsync("sum(telemetry_dropped_total)")).ShouldBe(0);
        (await prometheus.QueryAsync("http_active_connections")).ShouldHaveSingleItem().Value.ShouldBe(0);
    }

    private static async Task RequestsAgreeAsync(WatchedShop shop, PrometheusServer prometheus)
    {
        var counted = (await prometheus.QueryAsync("sum by (method, path, status) (http_requests_total)"))
            .ToDictionary(series => new Exchange(series.Labels["method"], series.Labels["path"], series.Labels["status"]), series => (int)series.Value);
        var timed = (await prometheus.QueryAsync("sum by (method, path, status) (http_request_duration_seconds_count)"))
            .ToDictionary(series => new Exchange(series.Labels["method"], series.Labels["path"], series.Labels["status"]), series => (int)series.Value);
        var served = Served(shop).CountBy(exchange => exchange).ToDictionary();
        var completed = Completed(shop).CountBy(exchange => exchange).ToDictionary();

        (from exchange in counted.Keys.Union(timed.Keys).Union(served.Keys).Union(completed.Keys)
         let counts = (Counter: counted.GetValueOrDefault(exchange), Histogram: timed.GetValueOrDefault(exchange),
             Spans: served.GetValueOrDefault(exchange), Lines: completed.GetValueOrDefault(exchange))
         where counts.Counter != counts.Histogram || counts.Spans != counts.Lines || counts.Counter < counts.Lines || (counts.Counter != counts.Lines && !MayBeUntold(exchange))
         select $"{exchange}: {counts}").ShouldBeEmpty();
        (await prometheus.NumberAsync("sum(http_requests_total)")).ShouldBe(shop.Sent.Total);

        // Only what a limit refuses and what has no route may be left out, and all that is left out is counted.
        var untold = counted.Sum(count => count.Value) - completed.Sum(count => count.Value);
        untold.ShouldBe((int)await prometheus.NumberAsync("sum(http_requests_untold_total)"));
        untold.ShouldBeGreaterThan(0);
        await Eventually.PassesAsync(() => shop.Log.Lines
            .Where(line => line.TryGetProperty("event", out var name) && name.GetString() == "requests.untold")
            .Sum(line => line.GetProperty("count").GetInt32()).ShouldBe(untold));

        var told = shop.Sent.Counts.GroupBy(count => (Method: Fold(count.Key.Method), count.Key.Status), count => count.Value)
            .ToDictionary(group => group.Key, group => group.Sum());
        var seen = counted.GroupBy(count => (count.Key.Method, int.Parse(count.Key.Status, CultureInfo.InvariantCulture)), count => count.Value)
            .ToDictionary(group => group.Key, group => group.Sum());
        told.Keys.Union(seen.Keys).Where(key => told.GetValueOrDefault(key) != seen.GetValueOrDefault(key))
            .Select(key => $"{key}: sent {told.GetValueOrDefault(key)}, counted {seen.GetValueOrDefault(key)}").ShouldBeEmpty();
    }

    // A limit answers 429 or 503, under the route that the request was meant for.
    private static bool MayBeUntold(Exchange exchange) => exchange.Path == Unmatched || exchange.Status is "429" or "503";

    private static async Task BusinessAgreesAsync(WatchedShop shop, PrometheusServer prometheus)
    {
        (string Metric, string Rows)[] facts =
        [
            ("orders_placed_total", "SELECT count(*) FROM orders.orders"),
            ("orders_value_count", "SELECT count(*) FROM orders.orders"),
            ("orders_revenue_total", "SELECT sum(amount) FROM orders.payment_attempts WHERE state IN ('captured', 'refund_pending', 'refunded')"),
            ("orders_refunds_total", "SELECT sum(amount) FROM orders.payment_attempts WHERE state = 'refunded'"),
            ("payments_total{outcome=\"captured\"}", "SELECT count(*) FROM orders.provider_ledger WHERE outcome = 'captured'"),
            ("payments_total{outcome=\"declined\"}", "SELECT count(*) FROM orders.provider_ledger WHERE outcome = 'declined'"),
            ("sum(orders_transitions_total)", "SELECT count(*) FROM orders.timeline WHERE seq > 1"),
            ("users_registered_total", "SELECT count(*) FROM users.users WHERE role = 'customer'"),
            ("users_erased_total", "SELECT count(*) FROM users.users WHERE erased_at IS NOT NULL"),
            ("products_created_total", "SELECT count(*) FROM products.products"),
            ("stock_reservations_total{outcome=\"reserved\"}", "SELECT count(*) FROM products.reservations"),
            ("stock_reservations_total{outcome=\"released\"}", "SELECT count(*) FROM products.reservations WHERE state = 'released'"),
        ];
        foreach (var (metric, rows) in facts)
        {
            var inTheTable = await shop.ScalarAsync<decimal>(rows);
            inTheTable.ShouldBeGreaterThan(0, rows);
            // To the cent: a counter is a binary fraction, and a price is not.
            Math.Round((decimal)await prometheus.NumberAsync(metric), 2).ShouldBe(inTheTable, $"{metric} = {rows}");
        }
    }

    private static async Task EveryIdLeadsToATraceAsync(WatchedShop shop, PrometheusServer prometheus)
    {
        await Eventually.PassesAsync(() =>
        {
            var traces = shop.Spans.All.Select(span => span.TraceId.ToHexString()).ToHashSet(StringComparer.Ordinal);
            shop.Log.Lines.Where(line => line.TryGetProperty("trace_id", out var id) && !line.TryGetProperty("sampled", out _) && !traces.Contains(id.GetString()!)).ShouldBeEmpty();
        });

        var exemplars = await prometheus.QueryExemplarsAsync("{__name__=~\".+\"}");
        foreach (var name in (string[])["http_request_duration_seconds_bucket", "command_duration_seconds_bucket", "orders_placed_total"])
            exemplars.ShouldContain(exemplar => exemplar.Series["__name__"] == name, name);
        // A span ends after what was counted in it, which may have been scraped before.
        await Eventually.PassesAsync(() =>
        {
            var spans = shop.Spans.All.Select(span => (span.TraceId.ToHexString(), span.SpanId.ToHexString())).ToHashSet();
            exemplars.Where(exemplar => !spans.Contains((exemplar.Labels["trace_id"], exemplar.Labels["span_id"])))
                .Select(exemplar => $"{string.Join(' ', exemplar.Series)} {string.Join(' ', exemplar.Labels)}").ShouldBeEmpty();
        });
    }

    private static List<Exchange> Served(WatchedShop shop) =>
    [
        .. from span in shop.Spans.All
           where span.Kind is ActivityKind.Server
           select new Exchange($"{span.GetTagItem("http.request.method")}", PathOf(span.GetTagItem("http.route") as string), $"{span.GetTagItem("http.response.status_code")}"),
    ];

    private static List<Exchange> Completed(WatchedShop shop) =>
    [
        .. from line in shop.Log.Lines
           where line.TryGetProperty("event", out var name) && name.GetString() == "request.completed"
           select new Exchange(line.GetProperty("method").GetString()!, line.GetProperty("path").GetString()!, $"{line.GetProperty("status")}"),
    ];

    /// <summary>The route as the label writes it.</summary>
    private static string PathOf(string? route) => route is null ? Unmatched : "/" + Parameter().Replace(route.TrimStart('/'), ":$1");

    private static string Fold(string method) => method == "BREW" ? "_OTHER" : method;

    [GeneratedRegex(@"\{\**([A-Za-z]+)[^}]*\}")]
    private static partial Regex Parameter();
}
