namespace ECommerce.Deploy.Tests.Firing;

public sealed class FasterTests
{
    [Theory]
    [InlineData("expr: rate(a_total[5m]) offset 2h", "expr: rate(a_total[5000ms]) offset 120000ms")]
    [InlineData("  for: 1m", "  for: 1000ms")]
    [InlineData("      group_wait: 10s", "      group_wait: 167ms")]
    [InlineData("  interval: 1m", "  interval: 1000ms")]
    [InlineData("record: module:http_requests:rate5m", "record: module:http_requests:rate5m")]
    [InlineData("expr: avg_over_time(a:rate5m[6h]) > 5 / 21600", "expr: avg_over_time(a:rate5m[360000ms]) > 5 / 21600")]
    public void A_duration_becomes_a_sixtieth_and_nothing_else_changes(string yaml, string faster) => Faster.Text(yaml).ShouldBe(faster);
}
