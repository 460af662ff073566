using ECommerce.Deploy.Tests.Alerts;
using ECommerce.Deploy.Tests.Runbooks;

namespace ECommerce.Deploy.Tests.PromQl;

/// <summary>
/// Metrics that describe the database are exported by every host with the same value. Adding hosts up shows a multiple of it: 36 waiting
/// events for 12 with three hosts.
/// </summary>
public sealed class SharedMetricsTests
{
    private static readonly IReadOnlySet<string> Shared = KnownMetrics.Shared();

    [Fact]
    public void Panels_alerts_and_pages_aggregate_metrics_of_the_database_with_max()
    {
        var all = Expressions().SelectMany(one => Aggregation.Of(one.Expression, Shared), (one, aggregation) => (one.Where, one.Expression, aggregation)).ToList();

        Shared.Count.ShouldBeGreaterThan(15);
        all.Count.ShouldBeGreaterThan(30);
        all.Where(one => one.aggregation.Operator != "max").Select(one => $"{one.Where}: {one.Expression}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("sum(outbox_pending{module=~\"orders\"})", "sum")]
    [InlineData("sum(rate(outbox_pending[1m])) * 60", "sum")]
    [InlineData("sum by (module) (outbox_pending)", "sum")]
    [InlineData("outbox_pending > 5", null)]
    [InlineData("max(up) + outbox_pending", null)]
    [InlineData("max by (module) (outbox_pending)", "max")]
    [InlineData("sum(max by (module) (outbox_pending))", "max")]
    [InlineData("sum(max(rate(outbox_pending[1m])) by (module))", "max")]
    public void The_first_aggregation_is_the_innermost(string expression, string? first) =>
        Aggregation.Of(expression, new HashSet<string> { "outbox_pending" }).ShouldBe([new("outbox_pending", first)]);

    private static IEnumerable<(string Where, string Expression)> Expressions() =>
    [
        .. DashboardQueries.All().Select(query => ($"{query.Dashboard}, {query.Panel}", query.Expression)),
        .. DashboardQueries.OfSpans().Select(query => (query.Name, query.Expression)),
        .. Alert.All().Select(alert => (alert.Name, alert.Expression)),
        .. Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .SelectMany(page => Runbook.BlocksOf(File.ReadAllText(page), "promql"), (page, expression) => (Path.GetRelativePath(Repository.Root, page), expression)),
    ];
}
