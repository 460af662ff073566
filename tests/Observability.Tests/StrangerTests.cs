using ECommerce.Testing.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using OpenTelemetry;

namespace Observability.Tests;

/// <summary>The trace context of a caller without trust decides nothing: not the trace, not its sampling, not the baggage.</summary>
public sealed class StrangerTests
{
    private const string Chosen = "0af7651916cd43dd8448eb211c80319c";
    private const string Parent = "b7ad6b7169203331";

    [Theory]
    [InlineData("01")]
    [InlineData("00")]
    public async Task A_stranger_s_trace_is_linked_and_neither_continued_nor_able_to_hide_the_request(string flags)
    {
        await using var host = await StartAsync();
        Send(host, $"00-{Chosen}-{Parent}-{flags}");

        // Over one connection, which keeps its execution context.
        foreach (var _ in Enumerable.Range(0, 3))
            (await host.Client.GetAsync("/api/orders")).Headers.GetValues("X-Trace-Id").Single().ShouldNotBe(Chosen);

        var spans = await Eventually.PassesAsync(() => host.Spans.Count == 3 ? host.Spans.ToArray() : throw new InvalidOperationException("not yet"));
        foreach (var span in spans)
        {
            (span.ParentSpanId, span.Recorded, span.TraceStateString).ShouldBe((default, true, null));
            var link = span.Links.ShouldHaveSingleItem().Context;
            (link.TraceId.ToHexString(), link.SpanId.ToHexString(), link.TraceState).ShouldBe((Chosen, Parent, null));
        }
        spans.Select(span => span.TraceId).ShouldBeUnique();
    }

    [Fact]
    public async Task A_stranger_s_baggage_and_tracestate_go_no_further()
    {
        await using var asked = await ObservedHost.StartAsync(ObservedHost.BehindAGateway, app => app.MapGet("/api/orders", (HttpRequest request) =>
            new[] { request.Headers.TraceParent.ToString(), request.Headers.TraceState.ToString(), request.Headers.Baggage.ToString(), Baggage.GetBaggage("tenant") ?? "" }));
        await using var host = await ObservedHost.StartAsync(map: app => app.MapGet("/api/users", () => asked.Client.GetStringAsync("/api/orders")));
        Send(host, $"00-{Chosen}-{Parent}-01");

        var arrived = System.Text.Json.JsonSerializer.Deserialize<string[]>(await host.Client.GetStringAsync("/api/users"))!;

        arrived[0].ShouldNotContain(Chosen);
        arrived[0].ShouldStartWith($"00-{(await Eventually.PassesAsync(() => host.Spans.Single(span => span.ParentSpanId == default))).TraceId.ToHexString()}-");
        arrived[1..].ShouldBe(["", "", ""]);
    }

    [Fact]
    public async Task Hosts_of_one_process_keep_their_own_trust()
    {
        await using var trusting = await StartAsync(ObservedHost.BehindAGateway);
        await using var strict = await StartAsync();
        Send(trusting, $"00-{Chosen}-{Parent}-01");
        Send(strict, $"00-{Chosen}-{Parent}-01");

        for (var round = 0; round < 5; round++)
        {
            (await trusting.Client.GetAsync("/api/orders")).Headers.GetValues("X-Trace-Id").Single().ShouldBe(Chosen);
            (await strict.Client.GetAsync("/api/orders")).Headers.GetValues("X-Trace-Id").Single().ShouldNotBe(Chosen);
        }
        // The sources are the process's, so both hosts see all spans.
        await Eventually.PassesAsync(() =>
        {
            var spans = trusting.Spans.ToArray().ToLookup(span => span.TraceId.ToHexString() == Chosen);
            spans[true].Count().ShouldBe(5);
            spans[true].ShouldAllBe(span => !span.Links.Any());
            spans[false].Count().ShouldBe(5);
            spans[false].ShouldAllBe(span => span.Links.Count() == 1);
        });
    }

    [Theory]
    [InlineData("00-zz-zz-01")]
    [InlineData("garbage")]
    [InlineData($"00-{Chosen}-0000000000000000-01")]
    public async Task A_malformed_traceparent_is_no_link(string traceparent)
    {
        await using var host = await StartAsync();
        Send(host, traceparent);

        (await host.Client.GetAsync("/api/orders")).IsSuccessStatusCode.ShouldBeTrue();

        var span = await Eventually.PassesAsync(() => host.Spans.Single());
        (span.ParentSpanId, span.Links.Count()).ShouldBe((default, 0));
    }

    [Theory]
    [InlineData("parentbased_always_on", null, "00", true)]
    [InlineData("parentbased_always_off", null, "01", false)]
    [InlineData("parentbased_traceidratio", "0", "01", false)]
    [InlineData("traceidratio", "0", "01", false)]
    public async Task Sampling_is_the_host_s_and_the_id_in_the_answer_is_in_the_lines_whatever_it_is(string sampler, string? argument, string flags, bool isKept)
    {
        await using var collector = await OtlpReceiver.StartAsync();
        string named;
        await using (var host = await StartAsync(null, ("OTEL_TRACES_SAMPLER", sampler), ("OTEL_TRACES_SAMPLER_ARG", argument), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc)))
        {
            Send(host, $"00-{Chosen}-{Parent}-{flags}");
            named = (await host.Client.GetAsync("/api/orders")).Headers.GetValues("X-Trace-Id").Single();

            var line = await host.CompletionAsync();
            line.GetProperty("trace_id").GetString().ShouldBe(named);
            line.TryGetProperty("sampled", out _).ShouldBe(!isKept);
        }

        named.ShouldNotBe(Chosen);
        (await collector.LogAsync(record => record.EventName == "request.completed")).TraceId.ShouldBe(named);
        collector.Spans.Count(span => span.Kind is ActivityKind.Server).ShouldBe(isKept ? 1 : 0);
    }

    private static void Send(ObservedHost host, string traceparent)
    {
        host.Client.DefaultRequestHeaders.TryAddWithoutValidation("traceparent", traceparent);
        host.Client.DefaultRequestHeaders.Add("tracestate", "vendor=opaque");
        host.Client.DefaultRequestHeaders.Add("baggage", "tenant=acme");
    }

    private static Task<ObservedHost> StartAsync(Action<WebApplicationBuilder>? build = null, params (string Name, string? Value)[] settings) => ObservedHost.StartAsync(
        build, app => app.MapGet("/api/orders", () => "all"), configuration: settings.ToDictionary(setting => setting.Name, setting => setting.Value));
}
