using System.Diagnostics;
using ECommerce.Host;
using ECommerce.Testing.Otlp;

namespace ECommerce.Signals.Tests.Tracing;

/// <summary>What leaves no trace, what begins one, and what no name may hold.</summary>
public sealed class QuietTests
{
    private static readonly string[] Probes = ["/health", "/health/live", "/health/ready", "/health/startup"];

    [Fact]
    public async Task Probes_and_scrapes_make_no_spans_on_either_listener()
    {
        await using var collected = await CollectedShop.StartAsync();
        var (shop, collector) = (collected.Shop, collected.Collector);
        var (probed, asked) = (Trace.New(), Trace.New());

        foreach (var path in Probes)
        {
            await GetAsync(shop.Public, path, probed);
            await GetAsync(shop.Management, path, probed);
        }
        await GetAsync(shop.Management, "/metrics", probed);
        await GetAsync(shop.Public, "/api/products", asked);

        await collector.SpanAsync(span => span.TraceId == asked.Id && span.Kind is ActivityKind.Server);
        collector.Spans.ShouldNotContain(span => span.TraceId == probed.Id);
        collector.Spans.ShouldNotContain(span => span.Name.Contains("health", StringComparison.Ordinal) || span.Name.Contains("metrics", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_first_start_tells_which_scripts_it_ran()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using var shop = await OwnShop.StartEmptyAsync(CollectedShop.Sending(collector));

        foreach (var module in ShopModules.Names)
        {
            var span = await collector.SpanAsync(span => span.Name == $"migrate {module}", module);
            (span.Kind, span.Scope, span.ParentSpanId, span["app.module"]).ShouldBe((ActivityKind.Internal, "ECommerce.Platform", "", module));
            span["app.migration.scripts"].ShouldBeOfType<object?[]>().ShouldBe(Repository.MigrationsOf(module));
            collector.Spans.ShouldContain(child => child.ParentSpanId == span.SpanId && child.Name == "CREATE" && child.Kind == ActivityKind.Client);
        }
    }

    [Fact]
    public async Task Background_work_begins_traces_of_its_own()
    {
        await using var collected = await CollectedShop.StartAsync();
        await collected.Shop.Given.APaidOrderAsync();

        foreach (var name in (string[])["lapse reservations", "count stock", "expire unpaid orders", "resolve payments", "refresh order gauges", "watch outboxes", "relay orders", "seed"])
        {
            var span = await collected.Collector.SpanAsync(span => span.Name == name, name);
            (span.Kind, span.ParentSpanId, span.Links.Count).ShouldBe((ActivityKind.Internal, "", 0));
        }
    }

    [Fact]
    public async Task No_name_of_a_span_holds_data()
    {
        await using var collected = await CollectedShop.StartAsync();
        var (shop, collector) = (collected.Shop, collected.Collector);
        var order = await shop.Given.APaidOrderAsync();
        await shop.GetAsync($"/api/orders/{order.Id}", order.Customer);
        await shop.GetAsync("/api/nowhere/4711");
        await shop.SendAsync(new HttpMethod("BREW"), "/api/products/4711");
        var last = Trace.New();
        await shop.GetAsync("/api/products", headers: last.Header);
        await collector.SpanAsync(span => span.TraceId == last.Id && span.Kind is ActivityKind.Server);

        // The driver's default name belongs to the statements of the test itself, which run in the same process.
        collector.Spans.Where(span => span is not { Scope: "Npgsql", ParentSpanId: "" }).Select(span => span.Name).Distinct()
            .ShouldAllBe(name => System.Text.RegularExpressions.Regex.IsMatch(name, @"^[A-Za-z_./{} ]+$") && !name.Contains("postgres"));
    }

    private static async Task GetAsync(HttpClient client, string path, Trace trace)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add(trace.Header.Name, trace.Header.Value);
        using var response = await client.SendAsync(request);
        response.IsSuccessStatusCode.ShouldBeTrue(path);
    }
}
