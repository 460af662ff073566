using System.Net.Http.Headers;

namespace Observability.Tests;

/// <summary>What .NET measures of itself, with the types that it has.</summary>
public sealed class RuntimeMetricsTests
{
    [Theory]
    [InlineData("dotnet_gc_collections_total", "counter")]
    [InlineData("dotnet_gc_last_collection_heap_size_bytes", "gauge")]
    [InlineData("dotnet_gc_pause_time_seconds_total", "counter")]
    [InlineData("dotnet_thread_pool_queue_length", "gauge")]
    [InlineData("dotnet_thread_pool_thread_count", "gauge")]
    [InlineData("dotnet_thread_pool_work_item_count_total", "counter")]
    [InlineData("kestrel_active_connections", "gauge")]
    [InlineData("http_server_request_duration_seconds", "histogram")]
    public async Task A_meter_shows_under_its_name_with_its_type(string name, string type)
    {
        await using var host = await ObservedHost.StartAsync();
        await host.Client.GetAsync("/health/live");

        await Eventually.PassesAsync(async () => (await host.Client.GetStringAsync("/metrics/runtime")).Split('\n').ShouldContain($"# TYPE {name} {type}"));
    }

    [Fact]
    public async Task What_goes_up_and_down_is_no_counter()
    {
        await using var host = await ObservedHost.StartAsync();

        var page = await host.Client.GetStringAsync("/metrics/runtime");

        page.ShouldContain("dotnet_thread_pool_thread_count{");
        page.ShouldNotContain("dotnet_thread_pool_thread_count_total");
        page.ShouldNotContain("dotnet_thread_pool_queue_length_total");
    }

    [Fact]
    public async Task The_page_speaks_OpenMetrics_to_who_asks_for_it()
    {
        await using var host = await ObservedHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics/runtime");
        request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0"));

        using var answer = await host.Client.SendAsync(request);

        answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/openmetrics-text");
        var page = await answer.Content.ReadAsStringAsync();
        page.ShouldContain("# UNIT dotnet_gc_pause_time_seconds seconds");
        page.ShouldEndWith("# EOF\n");
    }
}
