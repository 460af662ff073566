using System.Text.Json;
using ECommerce.Fuzz;
using ECommerce.Fuzz.Judging;

namespace ECommerce.Tools.Tests.Fuzz;

/// <summary>What a host says of itself is held against what its caller knows.</summary>
public sealed class TelemetryRulesTests
{
    private const string Page = """
        # TYPE http_requests_total counter
        http_requests_total{service="orders",path="/api/orders",status="200"} 3
        http_requests_total{service="users",path="/api/users",status="200"} 2
        http_requests_total{service="users",path="/api/users",status="400"} 1
        telemetry_series{metric="http_requests_total"} 3
        telemetry_series_limit{metric="http_requests_total"} 1000
        """;

    [Theory]
    [InlineData(5, 1, 0, 0)]
    [InlineData(4, 1, 0, 2)]
    [InlineData(6, 1, 0, 1)]
    [InlineData(4, 1, 1, 0)]
    [InlineData(4, 0, 1, 1)]
    [InlineData(6, 1, 9, 1)]
    public void Counts_agree_or_it_is_said_which_do_not(int taken, int refused, int hungUp, int breaches) =>
        Scrape.Parse(Page).Compare(Scrape.Parse(""), new Dictionary<int, long> { [200] = taken, [400] = refused }, hungUp).Count().ShouldBe(breaches);

    [Fact]
    public void Series_below_their_limit_that_repeat_nothing_are_let_alone() => Scrape.Parse(Page).Look().ShouldBeEmpty();

    [Theory]
    [InlineData("nothing planted in a metric", "x_total{path=\"ZQX7h\"} 1")]
    [InlineData("series are bounded", "x_total{path=\"_overflow\"} 1")]
    [InlineData("series are bounded", "telemetry_series{metric=\"x\"} 7\ntelemetry_series_limit{metric=\"x\"} 7")]
    public void A_metric_that_a_caller_can_write_or_let_grow_is_found(string rule, string lines) =>
        Scrape.Parse($"{Page}\n{lines}").Look().ShouldContain(breach => breach.Rule == rule);

    [Theory]
    [InlineData("lines are JSON", "Unhandled exception.")]
    [InlineData("no forged line", "{\"zqx7forged\":true}")]
    [InlineData("no forged line", "[1]")]
    [InlineData("nothing planted in a line", "{\"message\":\"u1@zqx7m.example\"}")]
    [InlineData("nothing planted in a line", "{\"message\":\"Bearer eyJhbGciOi\"}")]
    public void A_line_that_is_none_or_tells_too_much_is_found(string rule, string line)
    {
        var log = new LogMonitor();

        log.Look("{\"message\":\"POST /api/orders answered 201\"}");
        log.Look(line);

        log.Breaches.Select(breach => breach.Rule).ShouldContain(rule);
        log.Breaches.ShouldAllBe(breach => breach.What == line);
    }

    [Theory]
    [InlineData("""{"type":"integer"}""", "1.5")]
    [InlineData("""{"type":["null","string"]}""", "1")]
    [InlineData("""{"enum":["a"]}""", "\"b\"")]
    [InlineData("""{"type":"array","items":{"maximum":3}}""", "[1,4]")]
    [InlineData("""{"type":"object","additionalProperties":{"type":"integer"}}""", """{"a":"b"}""")]
    [InlineData("""{"oneOf":[{"type":"null"},{"type":"string"}]}""", "1")]
    [InlineData("""{"multipleOf":0.01}""", "0.001")]
    [InlineData("""{"format":"date-time"}""", "\"yesterday\"")]
    [InlineData("""{"pattern":"^[A-Z]{3}$"}""", "\"eur\"")]
    public void A_value_that_is_not_what_its_schema_says_is_found(string schema, string value) =>
        new Conformity(Empty).Wrong(JsonElement.Parse(schema), JsonElement.Parse(value)).ShouldNotBeNull();

    [Fact]
    public void A_keyword_that_nobody_knows_is_an_error_and_no_yes() =>
        Should.Throw<NotSupportedException>(() => new Conformity(Empty).Wrong(JsonElement.Parse("""{"if":{}}"""), JsonElement.Parse("1")));

    private static Description Empty => Description.Parse("""{"paths":{}}"""u8.ToArray());
}
