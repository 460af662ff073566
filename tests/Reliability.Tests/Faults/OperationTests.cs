using System.Net.Http.Json;
using System.Text.Json;

namespace ECommerce.Reliability.Tests.Faults;

/// <summary>How faults are switched, and how they end.</summary>
[Collection(nameof(ProcessFaults))]
public sealed class OperationTests(TimelessFaultShop shop) : FaultTests(shop), IClassFixture<TimelessFaultShop>
{
    private static readonly string[] Names =
    [
        "latency", "busy_loop", "exception", "dependency_refused", "relay_stalled", "event_handler_fails", "slow_query", "pool_drained", "cpu_burn",
        "memory_leak", "threadpool_starved", "log_flood", "cardinality_explosion", "token_clock_skew", "payment_declined", "payment_timeout",
    ];

    // This host holds every module: there is nothing that these could strike.
    private static readonly string[] NamesOfCalls = ["contract_latency", "contract_refused", "contract_torn"];

    [Fact]
    public async Task Every_fault_is_listed_with_what_it_does()
    {
        using var answer = await shop.Management.GetAsync("/ops/faults");
        var page = await answer.Content.ReadFromJsonAsync<JsonElement>();

        page.GetProperty("host").GetString().ShouldBe(answer.Headers.GetValues("X-Instance-Id").Single());
        page.GetProperty("allowed").GetBoolean().ShouldBeTrue();
        var items = page.GetProperty("items").EnumerateArray().ToList();
        items.Select(item => item.GetProperty("name").GetString()!).ShouldBe([.. Names, .. NamesOfCalls], ignoreOrder: true);
        items.ShouldAllBe(item => item.GetProperty("effect").GetString()!.EndsWith('.') && item.GetProperty("on").ValueKind == JsonValueKind.Null);
        foreach (var name in Names)
            (await shop.MetricsAsync()).Values.Keys.ShouldContain(series => series.StartsWith($$"""fault_active{fault="{{name}}",""", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fault_ends_by_itself_when_its_time_is_over()
    {
        var on = await shop.OnAsync("exception", """{"slice": "GetProduct", "for": "00:20:00"}""");
        on.Body.GetProperty("on").GetProperty("until").GetDateTimeOffset().ShouldBe(shop.Time.GetUtcNow() + TimeSpan.FromMinutes(20), TimeSpan.FromMilliseconds(1));

        shop.Time.Advance(TimeSpan.FromMinutes(20) - TimeSpan.FromSeconds(1));
        (await shop.AskAsync()).Status.ShouldBe(500);
        shop.Time.Advance(TimeSpan.FromSeconds(1));

        (await shop.AskAsync()).Status.ShouldBe(404);
        (await shop.HeldAsync()).ShouldBeEmpty();
        (await shop.ActiveAsync("exception", "products")).ShouldBe(0);
        await shop.LinesOfAsync("exception", "fault.ended products/GetProduct");
    }

    [Fact]
    public async Task When_no_time_is_said_it_is_ten_minutes()
    {
        await shop.OnAsync("exception");

        shop.Time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        (await shop.HeldAsync()).Keys.ShouldBe(["exception"]);
        shop.Time.Advance(TimeSpan.FromSeconds(1));
        (await shop.HeldAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_later_word_takes_the_place_of_an_earlier_one_and_of_its_end()
    {
        await shop.OnAsync("latency", """{"module": "orders", "for": "00:05:00"}""");
        await shop.OnAsync("latency", """{"module": "users", "percentage": 7, "for": "01:00:00"}""");

        shop.Time.Advance(TimeSpan.FromMinutes(30));

        var held = (await shop.HeldAsync())["latency"];
        (held.GetProperty("module").GetString(), held.GetProperty("percentage").GetInt32()).ShouldBe(("users", 7));
        held.GetProperty("parameters").GetProperty("latency").GetString().ShouldBe("00:00:00.5000000");
        (await shop.ActiveAsync("latency", "orders")).ShouldBe(0);
        (await shop.ActiveAsync("latency", "users")).ShouldBe(1);
    }

    [Theory]
    [InlineData("nothing", "{}", "name")]
    [InlineData("Latency", "{}", "name")]
    [InlineData("latency", """{"module": "nobody"}""", "module")]
    [InlineData("latency", """{"module": 1}""", "module")]
    [InlineData("latency", """{"module": "orders", "slice": "GetProduct"}""", "slice")]
    [InlineData("latency", """{"slice": "Nothing"}""", "slice")]
    [InlineData("latency", """{"slice": "ClaimReservation"}""", "slice")]
    [InlineData("event_handler_fails", """{"slice": "GetProduct"}""", "slice")]
    [InlineData("relay_stalled", """{"slice": "GetProduct"}""", "slice")]
    [InlineData("payment_declined", """{"module": "users"}""", "module")]
    [InlineData("cpu_burn", """{"module": "users"}""", "module")]
    [InlineData("latency", """{"group": "z"}""", "group")]
    [InlineData("latency", """{"group": "A"}""", "group")]
    [InlineData("latency", """{"group": 1}""", "group")]
    [InlineData("slow_query", """{"group": "a"}""", "group")]
    [InlineData("event_handler_fails", """{"group": "a"}""", "group")]
    [InlineData("latency", """{"percentage": 0}""", "percentage")]
    [InlineData("latency", """{"percentage": 101}""", "percentage")]
    [InlineData("latency", """{"percentage": 1.5}""", "percentage")]
    [InlineData("latency", """{"percentage": "50"}""", "percentage")]
    [InlineData("memory_leak", """{"percentage": 50}""", "percentage")]
    [InlineData("latency", """{"for": "soon"}""", "for")]
    [InlineData("latency", """{"for": "00:00:00"}""", "for")]
    [InlineData("latency", """{"for": "04:00:00.001"}""", "for")]
    [InlineData("latency", """{"for": 10}""", "for")]
    [InlineData("latency", """{"latency": "00:00:31"}""", "latency")]
    [InlineData("latency", """{"latency": "00:00:00"}""", "latency")]
    [InlineData("latency", """{"latency": "-5ms"}""", "latency")]
    [InlineData("latency", """{"latency": 500}""", "latency")]
    [InlineData("latency", """{"latency": {}}""", "latency")]
    [InlineData("exception", """{"latency": "500ms"}""", "latency")]
    [InlineData("memory_leak", """{"megabytes": 513}""", "megabytes")]
    [InlineData("memory_leak", """{"megabytes": 99999999999999999999}""", "megabytes")]
    [InlineData("threadpool_starved", """{"threads": 257}""", "threads")]
    [InlineData("log_flood", """{"linesPerSecond": 20001}""", "linesPerSecond")]
    [InlineData("cardinality_explosion", """{"series": 20001}""", "series")]
    [InlineData("cpu_burn", """{"cores": 65}""", "cores")]
    [InlineData("latency", """{"who": "me"}""", "who")]
    [InlineData("latency", """{"module": "\ud800"}""", "module")]
    [InlineData("latency", """{"latency": "5ms", "latency": "6ms"}""", "latency")]
    [InlineData("latency", "[]", "body")]
    [InlineData("contract_refused", "{}", "name")]
    [InlineData("contract_latency", """{"module": "products", "latency": "300ms"}""", "name")]
    [InlineData("contract_torn", """{"module": "products"}""", "name")]
    public async Task What_cannot_be_done_is_refused_by_name_and_changes_nothing(string fault, string body, string field)
    {
        var refused = await shop.OpsAsync(HttpMethod.Put, $"/ops/faults/{fault}", body);

        (refused.Status, refused.Code).ShouldBe((400, "validation_failed"), refused.Text);
        refused.Fields.ShouldBe([field]);
        refused.Text.Contains("this host makes none: it holds every module", StringComparison.Ordinal).ShouldBe(NamesOfCalls.Contains(fault), refused.Text);
        (await shop.HeldAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task An_unknown_fault_cannot_be_switched_off_and_a_known_one_twice()
    {
        var refused = await shop.OpsAsync(HttpMethod.Delete, "/ops/faults/nothing");
        (refused.Status, refused.Fields[0]).ShouldBe((400, "name"));

        await shop.OffAsync("latency");
        await shop.OffAsync("latency");
    }

    [Theory]
    [InlineData("PUT", "/ops/faults/exception")]
    [InlineData("DELETE", "/ops/faults/latency")]
    [InlineData("DELETE", "/ops/faults")]
    public async Task Whoever_lacks_the_key_switches_nothing(string method, string path)
    {
        await shop.OnAsync("latency", """{"module": "users"}""");

        (await shop.OpsAsync(HttpMethod.Parse(method), path, method == "PUT" ? "{}" : null, key: "not the key")).Status.ShouldBe(401);

        (await shop.HeldAsync()).Keys.ShouldBe(["latency"]);
    }

    [Fact]
    public async Task The_public_listener_does_not_know_them() => (await shop.GetAsync("/ops/faults")).Status.ShouldBe(404);
}
