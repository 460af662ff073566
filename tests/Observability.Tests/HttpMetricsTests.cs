using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Observability.Context;
using Observability.Settings;

namespace Observability.Tests;

public sealed class HttpMetricsTests
{
    [Fact]
    public async Task A_request_is_counted_under_its_module_method_route_template_and_status()
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapGet("/api/users/{id:int}/orders", (int id) => new { id }));

        (await host.Client.GetAsync("/api/users/42/orders")).StatusCode.ShouldBe(HttpStatusCode.OK);

        const string Labels = """service="users-service",method="GET",path="/api/users/:id/orders" """;
        await host.MetricBecomesAsync($$"""http_requests_total{{{Labels.Trim()}},status="200"}""", 1);
        await host.MetricBecomesAsync($$"""http_request_duration_seconds_count{{{Labels.Trim()}},status="200"}""", 1);
        await host.MetricBecomesAsync($$"""http_response_size_bytes_sum{{{Labels.Trim()}}}""", """{"id":42}""".Length);
        await host.MetricBecomesAsync($$"""http_request_size_bytes_count{{{Labels.Trim()}}}""", 1);
    }

    [Fact]
    public async Task Invented_paths_and_methods_share_one_series()
    {
        await using var host = await ObservedHost.StartAsync();

        foreach (var path in (string[])["/api/anything/1", "/api/else", "/wp-admin"])
            await host.Client.SendAsync(new(new HttpMethod($"BREW{path.Length}"), path));

        await host.MetricBecomesAsync("""http_requests_total{service="platform",method="_OTHER",path="unmatched",status="404"}""", 3);
    }

    [Fact]
    public async Task A_method_that_a_route_does_not_know_is_unmatched()
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapGet("/api/users", () => "all"));

        await host.Client.DeleteAsync("/api/users");

        await host.MetricBecomesAsync("""http_requests_total{service="platform",method="DELETE",path="unmatched",status="405"}""", 1);
    }

    [Fact]
    public async Task An_exception_that_leaves_the_pipeline_is_a_500_of_its_route()
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapGet("/api/orders/{id}", IResult (string id) => throw new InvalidOperationException(id)));

        (await host.Client.GetAsync("/api/orders/7")).StatusCode.ShouldBe(HttpStatusCode.InternalServerError);

        await host.MetricBecomesAsync("""http_requests_total{service="orders-service",method="GET",path="/api/orders/:id",status="500"}""", 1);
        await host.MetricBecomesAsync("http_active_connections", 0);
    }

    [Fact]
    public async Task What_an_exception_handler_answers_is_counted_under_the_route_that_was_asked_for()
    {
        await using var host = await ObservedHost.StartAsync(map: app =>
        {
            app.UseExceptionHandler(new ExceptionHandlerOptions
            {
                ExceptionHandler = context =>
                {
                    context.Response.StatusCode = 503;
                    return context.Response.WriteAsync("later");
                },
            });
            app.UseRouting();
            app.MapGet("/api/orders/{id}", IResult (string id) => throw new InvalidOperationException(id));
        });

        (await host.Client.GetAsync("/api/orders/7")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);

        await host.MetricBecomesAsync("""http_requests_total{service="orders-service",method="GET",path="/api/orders/:id",status="503"}""", 1);
    }

    [Fact]
    public async Task A_response_that_breaks_off_after_it_started_is_a_500()
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapGet("/api/orders", async (HttpContext context) =>
        {
            await context.Response.WriteAsync("half of ");
            await context.Response.Body.FlushAsync();
            throw new InvalidOperationException();
        }));

        await Should.ThrowAsync<HttpRequestException>(() => host.Client.GetStringAsync("/api/orders"));

        await host.MetricBecomesAsync("""http_requests_total{service="orders-service",method="GET",path="/api/orders",status="500"}""", 1);
        await host.MetricBecomesAsync("http_active_connections", 0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_gives_up_is_a_499_and_leaves_nothing_in_flight(bool afterTheStart)
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapGet("/api/orders/slow", async (HttpContext context) =>
        {
            if (afterTheStart)
                await context.Response.WriteAsync("one moment");
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }));
        using var patience = new CancellationTokenSource();

        var asked = host.Client.GetStringAsync("/api/orders/slow", patience.Token);
        await host.MetricBecomesAsync("http_active_connections", 1);
        await patience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => asked);
        await host.MetricBecomesAsync("""http_requests_total{service="orders-service",method="GET",path="/api/orders/slow",status="499"}""", 1);
        await host.MetricBecomesAsync("http_active_connections", 0);
    }

    [Fact]
    public async Task Bodies_of_unknown_length_are_measured_as_they_pass()
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapPost("/api/orders", async (HttpContext context) =>
        {
            using var body = new StreamReader(context.Request.Body);
            await context.Response.WriteAsync(await body.ReadToEndAsync());
        }));
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders") { Content = new ByteArrayContent(new byte[5000]) };
        request.Headers.TransferEncodingChunked = true;

        await host.Client.SendAsync(request);

        await host.MetricBecomesAsync("""http_request_size_bytes_sum{service="orders-service",method="POST",path="/api/orders"}""", 5000);
        await host.MetricBecomesAsync("""http_response_size_bytes_sum{service="orders-service",method="POST",path="/api/orders"}""", 5000);
    }

    [Fact]
    public async Task Probes_and_scrapes_are_not_counted_and_make_no_spans()
    {
        await using var host = await ObservedHost.StartAsync();

        foreach (var path in (string[])["/health", "/health/ready", "/ready", "/metrics"])
            (await host.Client.GetAsync(path)).IsSuccessStatusCode.ShouldBeTrue();
        await host.Client.GetAsync("/version");

        await host.MetricBecomesAsync("""http_requests_total{service="platform",method="GET",path="/version",status="200"}""", 1);
        (await host.Client.GetStringAsync("/metrics")).ShouldNotContain("path=\"/health");
        await Eventually.PassesAsync(() => host.Spans.ShouldHaveSingleItem().DisplayName.ShouldBe("GET /version"));
    }

    [Fact]
    public async Task A_slow_request_can_be_followed_from_its_exemplar_to_its_trace()
    {
        await using var host = await ObservedHost.StartAsync(map: app => app.MapGet("/api/products", () => "all"));

        await host.Client.GetAsync("/api/products");

        var span = await Eventually.PassesAsync(() => host.Spans.Single(span => span.Kind == ActivityKind.Server));
        await Eventually.PassesAsync(async () => (await OpenMetricsAsync(host)).ShouldContain(
            $$"""# {trace_id="{{span.TraceId}}",span_id="{{span.SpanId}}"}"""));
    }

    [Fact]
    public async Task A_request_that_is_not_sampled_counts_and_leaves_no_exemplar()
    {
        await using var host = await ObservedHost.StartAsync(
            builder => builder.Configuration["OTEL_TRACES_SAMPLER"] = "always_off",
            app => app.MapGet("/api/products", () => "all"));

        var response = await host.Client.GetAsync("/api/products");

        await host.MetricBecomesAsync("""http_requests_total{service="products-service",method="GET",path="/api/products",status="200"}""", 1);
        (await OpenMetricsAsync(host)).ShouldNotContain("trace_id");
        var line = await host.CompletionAsync();
        line.GetProperty("trace_id").GetString().ShouldBe(response.Headers.GetValues("X-Trace-Id").Single());
        line.GetProperty("sampled").GetBoolean().ShouldBeFalse();
        host.Spans.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_build_and_the_process_are_on_the_page()
    {
        await using var host = await ObservedHost.StartAsync();

        var page = await host.Client.GetStringAsync("/metrics");

        page.ShouldContain($$"""build_info{version="{{BuildInfo.Current.Version}}",commit="{{BuildInfo.Current.Commit}}",runtime="{{Environment.Version}}",host="{{host.Services.GetRequiredService<ServiceInstance>().Id}}",topology="monolith"} 1""");
        page.ShouldContain("process_cpu_seconds_total ");
    }

    private static async Task<string> OpenMetricsAsync(ObservedHost host)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.ParseAdd("application/openmetrics-text;version=1.0.0");
        var response = await host.Client.SendAsync(request);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/openmetrics-text");
        return await response.Content.ReadAsStringAsync();
    }
}
