using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.Playwright;

namespace ECommerce.Browser.Tests;

/// <summary>The filter of the page against one that reads the exported OTLP JSON alone.</summary>
[Collection(ConsoleCollection.Name)]
public sealed class FilterTests(ConsoleShop shop)
{
    public static TheoryData<string> Filters() => [.. Wanted.Keys];

    private static readonly Dictionary<string, Func<IReadOnlyList<JsonElement>, bool>> Wanted = new()
    {
        ["status:error"] = spans => spans.Any(IsError),
        ["-status:error kind:server"] = spans => !spans.Any(IsError) && spans.Any(span => span.GetProperty("kind").GetInt32() == 2),
        ["module:orders duration>5ms"] = spans => spans.Any(span => Attribute(span, "app.module") == "orders" && MillisecondsOf(span) > 5),
        ["name:\"INSERT orders.outbox\""] = spans => spans.Any(span => span.GetProperty("name").GetString() == "INSERT orders.outbox"),
        ["status>=400"] = spans => spans.Any(span => int.TryParse(Attribute(span, "http.response.status_code"), CultureInfo.InvariantCulture, out var status) && status >= 400),
    };

    [BrowserTheory]
    [MemberData(nameof(Filters))]
    public async Task The_page_lists_the_traces_that_an_oracle_finds_in_the_export(string filter)
    {
        var to = await EndAsync();
        var traces = await ExportAsync();
        var expected = traces.Where(trace => StartOf(trace) <= to && Wanted[filter](trace.ToList())).Select(trace => trace.Key).ToList();
        expected.Count.ShouldBeGreaterThan(0);
        await using var tab = await shop.OpenAsync(of: $"-{filter}");

        await tab.GoAsync($"/console/traces?from=2020-01-01T00:00:00Z&to={to:yyyy-MM-ddTHH:mm:ss.fffZ}&filter={Uri.EscapeDataString(filter)}");
        HashSet<string> seen = [];
        while (true)
        {
            await tab.Page.Locator("tbody tr").First.WaitForAsync();
            foreach (var link in await tab.Page.Locator("tbody td a[href*='/console/traces/']").EvaluateAllAsync<string[]>("links => links.map(link => link.href)"))
                seen.Add(new Uri(link).Segments[^1]);
            var next = tab.Page.GetByRole(AriaRole.Link, new() { Name = "Next page" });
            if (await next.CountAsync() == 0)
                break;
            var address = tab.Page.Url;
            await next.ClickAsync();
            await tab.Page.WaitForFunctionAsync("before => location.href !== before", address);
            await tab.LiveAsync();
        }

        seen.ShouldBe(expected, ignoreOrder: true, filter);
    }

    // What goes on by itself, as the relay does, comes after this time, or is complete in the export.
    private static async Task<DateTimeOffset> EndAsync()
    {
        var end = DateTimeOffset.UtcNow;
        end = end.AddTicks(-(end.Ticks % TimeSpan.TicksPerSecond));
        await Eventually.TrueAsync(() => DateTimeOffset.UtcNow > end.AddSeconds(2), "what began before has ended and is kept");
        return end;
    }

    private async Task<ILookup<string, JsonElement>> ExportAsync()
    {
        using var zip = new ZipArchive(new MemoryStream(await shop.Host.Operator.GetByteArrayAsync(new Uri("/ops/api/export", UriKind.Relative))));
        using var lines = new StreamReader(zip.GetEntry("traces.json")!.Open());
        return (from line in (await lines.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                from resource in JsonElement.Parse(line).GetProperty("resourceSpans").EnumerateArray()
                from scope in resource.GetProperty("scopeSpans").EnumerateArray()
                from span in scope.GetProperty("spans").EnumerateArray()
                select span).ToLookup(span => span.GetProperty("traceId").GetString()!);
    }

    private static DateTimeOffset StartOf(IEnumerable<JsonElement> trace) =>
        DateTimeOffset.UnixEpoch.AddTicks(trace.Min(span => long.Parse(span.GetProperty("startTimeUnixNano").GetString()!, CultureInfo.InvariantCulture)) / 100);

    private static double MillisecondsOf(JsonElement span) =>
        (long.Parse(span.GetProperty("endTimeUnixNano").GetString()!, CultureInfo.InvariantCulture) - long.Parse(span.GetProperty("startTimeUnixNano").GetString()!, CultureInfo.InvariantCulture)) / 1e6;

    private static bool IsError(JsonElement span) => span.GetProperty("status").TryGetProperty("code", out var code) && code.GetInt32() == 2;

    private static string? Attribute(JsonElement span, string key) => span.TryGetProperty("attributes", out var attributes)
        ? attributes.EnumerateArray().Where(one => one.GetProperty("key").GetString() == key)
            .Select(one => one.GetProperty("value").EnumerateObject().First().Value.ToString()).FirstOrDefault()
        : null;
}
