namespace ECommerce.Deploy.Tests;

/// <summary>The list of other programs' metrics says of each where its name is known from, and holds nothing twice.</summary>
public sealed class ForeignMetricsTests
{
    [Fact]
    public void Every_metric_says_where_its_name_was_seen()
    {
        ForeignMetrics.All.Select(metric => metric.Name).ShouldBeUnique();
        foreach (var metric in ForeignMetrics.All)
            metric.Seen.ShouldStartWith("seen running", Case.Sensitive, metric.Name);
    }

    // As KrakenD 2.13.8 showed them; krakend_endpoint, which was here once, is on no series.
    [Theory]
    [InlineData("http_server_duration", "http_request_method http_response_status_code http_route otel_scope_name url_scheme")]
    [InlineData("http_client_duration", "clientname http_request_method http_response_status_code http_route krakend_endpoint_method krakend_endpoint_route otel_scope_name server_address server_port")]
    [InlineData("krakend_proxy_duration", "canceled complete error http_request_method http_route otel_scope_name")]
    public void The_gateway_s_labels_are_those_that_were_seen(string name, string labels) =>
        ForeignMetrics.All.Single(metric => metric.Name == name).Labels.Order(StringComparer.Ordinal).ShouldBe(labels.Split(' '));
}
