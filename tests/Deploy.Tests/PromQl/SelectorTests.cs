namespace ECommerce.Deploy.Tests.PromQl;

public sealed class SelectorTests
{
    [Theory]
    [InlineData("up", "up")]
    [InlineData("rate(a_total[5m])", "a_total")]
    [InlineData("sum by (module) (rate(a_total{module=~\"x|y\", le!='0.5'}[5m:1m] offset -5m)) / on (module) group_left sum without (le) (b)", "a_total{module=~\"x|y\",le!=\"0.5\"} b")]
    [InlineData("sum(rate(a[1h])) by (le) > bool 0.5 and on () (b unless c offset 1h)", "a b c")]
    [InlineData("module:http_requests:rate5m{module=\"orders\"} > 14.4 * (1 - slo:availability:objective) # it burns", "module:http_requests:rate5m{module=\"orders\"} slo:availability:objective")]
    [InlineData("histogram_quantile(0.95, sum by (le) (rate(a_bucket[1h30m]))) or vector(0)", "a_bucket")]
    [InlineData("label_replace(a{b=\"c}\"}, \"path\", \"$1\", \"http_route\", \"(.*)\") - on (path) d", "a{b=\"c}\"} d")]
    [InlineData("{__name__=\"a\", b=\"c\"}", "a{b=\"c\"}")]
    [InlineData("{__name__=~\"a_.*\"}", "{__name__=~\"a_.*\"}")]
    [InlineData("{\"http.server.duration\", route=\"/\"}", "http.server.duration{route=\"/\"}")]
    [InlineData("absent(a) or time() - b @ start() > 1e3", "a b")]
    [InlineData("topk(5, count by (__name__) ({job=\"x\"}))", "{job=\"x\"}")]
    public void The_selectors_of_an_expression_are_found(string promql, string selectors) =>
        string.Join(' ', Selector.In(promql)).ShouldBe(selectors);

    [Fact]
    public void Labels_by_which_an_expression_groups_and_those_that_it_makes_are_found()
    {
        var expression = Expression.Read("sum by (module, le) (a) * on (module) group_left (version) label_replace(b{x=\"y\"}, \"path\", \"$1\", \"route\", \"(.*)\")");

        expression.Labels.ShouldBe(["module", "le", "module", "version"]);
        expression.Made.ShouldBe(["path"]);
    }

    [Fact]
    public void What_is_no_PromQL_is_refused() => Should.Throw<FormatException>(() => Selector.In("rate(a{$x}[5m])"));

    [Fact]
    public async Task Promtool_says_which_expression_it_refuses()
    {
        var refused = await Promtool.RefusesAsync(["up", "rate(up)", "sum(up)", "sum by (up"]);

        refused.Select(refusal => refusal.Index).ShouldBe([1, 3]);
        refused[0].Reason.ShouldContain("expected type range vector");
    }
}
