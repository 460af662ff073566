using ECommerce.Testing.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;

namespace Observability.Tests;

/// <summary>W3C Trace Context and Baggage of a trusted peer, in and out, and what is kept of it. <see cref="StrangerTests"/> has the others.</summary>
public sealed class TraceContextTests
{
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string Sampled = $"00-{TraceId}-b7ad6b7169203331-01";
    private const string Unsampled = $"00-{TraceId}-b7ad6b7169203331-00";

    [Fact]
    public async Task What_the_caller_sends_along_is_passed_on_to_whom_we_ask()
    {
        await using var asked = await ObservedHost.StartAsync(ObservedHost.BehindAGateway, map: app => app.MapGet("/api/orders", (HttpRequest request) =>
            new[] { request.Headers.TraceParent.ToString(), request.Headers.TraceState.ToString(), request.Headers.Baggage.ToString(), Baggage.GetBaggage("tenant") ?? "" }));
        await using var host = await ObservedHost.StartAsync(ObservedHost.BehindAGateway, map: app => app.MapGet("/api/users", () => asked.Client.GetStringAsync("/api/orders")));
        host.Client.DefaultRequestHeaders.Add("traceparent", Sampled);
        host.Client.DefaultRequestHeaders.Add("tracestate", "vendor=opaque");
        host.Client.DefaultRequestHeaders.Add("baggage", "tenant=acme");

        var arrived = System.Text.Json.JsonSerializer.Deserialize<string[]>(await host.Client.GetStringAsync("/api/users"))!;

        arrived[0].ShouldStartWith($"00-{TraceId}-");
        arrived[0].ShouldNotBe(Sampled, "the parent is our span, not the caller's");
        arrived[0].ShouldEndWith("-01");
        arrived[1].ShouldBe("vendor=opaque");
        arrived[2].Replace(" ", "", StringComparison.Ordinal).ShouldBe("tenant=acme");
        arrived[3].ShouldBe("acme");
    }

    [Theory]
    [InlineData("00-zz-zz-01")]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData("00-00000000000000000000000000000000-b7ad6b7169203331-01")]
    [InlineData($"00-{TraceId}-0000000000000000-01")]
    [InlineData($"00-{TraceId}-b7ad6b7169203331")]
    [InlineData($"ff-{TraceId}-b7ad6b7169203331-01")]
    [InlineData("00-0AF7651916CD43DD8448EB211C80319C-B7AD6B7169203331-01")]
    public async Task A_malformed_traceparent_starts_a_new_trace_and_breaks_nothing(string traceparent)
    {
        await using var host = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/orders");
        request.Headers.TryAddWithoutValidation("traceparent", traceparent);
        request.Headers.TryAddWithoutValidation("tracestate", "=,=;;");
        request.Headers.TryAddWithoutValidation("baggage", "===;;,,%zz");

        var response = await host.Client.SendAsync(request);

        response.IsSuccessStatusCode.ShouldBeTrue();
        var span = await Eventually.PassesAsync(() => host.Spans.Single());
        span.ParentSpanId.ShouldBe(default);
        span.TraceId.ToHexString().ShouldNotBe(TraceId);
        response.Headers.GetValues("X-Trace-Id").ShouldBe([span.TraceId.ToHexString()]);
    }

    [Theory]
    [InlineData(null, null, null, true)]
    [InlineData(null, null, Unsampled, false)]
    [InlineData("always_on", null, Unsampled, true)]
    [InlineData("always_off", null, Sampled, false)]
    [InlineData("traceidratio", "0", Sampled, false)]
    [InlineData("traceidratio", "1", Unsampled, true)]
    [InlineData("parentbased_always_on", null, null, true)]
    [InlineData("parentbased_always_off", null, null, false)]
    [InlineData("parentbased_always_off", null, Sampled, true)]
    [InlineData("parentbased_traceidratio", "0", null, false)]
    [InlineData("parentbased_traceidratio", "0", Sampled, true)]
    [InlineData("parentbased_traceidratio", "1", Unsampled, false)]
    public async Task What_is_kept_follows_the_sampler_and_everything_is_counted(string? sampler, string? argument, string? traceparent, bool isKept)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        string named;
        await using (var host = await StartAsync(
            ("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc)))
        {
            if (traceparent is not null)
                host.Client.DefaultRequestHeaders.Add("traceparent", traceparent);

            named = (await host.Client.GetAsync("/api/orders")).Headers.GetValues("X-Trace-Id").Single();

            var line = await host.CompletionAsync();
            line.GetProperty("trace_id").GetString().ShouldBe(named);
            line.TryGetProperty("sampled", out _).ShouldBe(!isKept, "a line says so when its trace is not kept");
            await host.MetricBecomesAsync("""http_requests_total{service="orders-service",method="GET",path="/api/orders",status="200"}""", 1);
        }

        var record = await collector.LogAsync(record => record.EventName == "request.completed");
        record.TraceId.ShouldBe(named);
        record["sampled"].ShouldBe(isKept ? null : false);
        collector.Spans.Count(span => span.Kind is ActivityKind.Server).ShouldBe(isKept ? 1 : 0);
    }

    private static Task<ObservedHost> StartAsync(params (string Name, string? Value)[] settings) => ObservedHost.StartAsync(
        ObservedHost.BehindAGateway, map: app => app.MapGet("/api/orders", () => "all"),
        configuration: settings.ToDictionary(setting => setting.Name, setting => setting.Value));
}
