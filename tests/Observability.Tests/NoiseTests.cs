using System.Text.Json;
using ECommerce.Testing.Otlp;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Observability.Http;
using Observability.Tracing;

namespace Observability.Tests;

/// <summary>What anybody can cause without limit is counted whole and told within bounds.</summary>
public sealed class NoiseTests
{
    private const int Flood = 300;
    private const int Burst = 5;

    [Theory]
    [InlineData("/nowhere", "unmatched", 404)]
    [InlineData("/api/limited", "limited", 429)]
    public async Task A_flood_is_counted_whole_and_told_at_a_bounded_rate(string path, string reason, int status)
    {
        var started = Stopwatch.GetTimestamp();
        await using var host = await StartAsync(("Noise:RequestsPerSecond", "1"), ("Noise:Burst", $"{Burst}"), ("Noise:SummaryInterval", "00:00:00.200"));

        await Parallel.ForEachAsync(Enumerable.Range(0, Flood), async (_, ct) => ((int)(await host.Client.GetAsync(path, ct)).StatusCode).ShouldBe(status));

        await host.MetricBecomesAsync($$"""http_requests_total{service="platform",method="GET",path="unmatched",status="{{status}}"}""", Flood);
        var untold = (await host.MetricAsync($$"""http_requests_untold_total{reason="{{reason}}"}""")).ShouldNotBeNull();
        var mostTold = Burst + 1 + (int)Stopwatch.GetElapsedTime(started).TotalSeconds;
        (Flood - untold).ShouldBeInRange(Burst, mostTold);
        var lines = await Eventually.PassesAsync(() =>
        {
            var told = host.Log.Lines.Where(line => Is(line, "request.completed")).ToArray();
            told.Length.ShouldBe(Flood - (int)untold, "requests = lines + untold");
            host.Log.Lines.Where(line => Is(line, "requests.untold")).Sum(line => line.GetProperty(reason).GetInt32()).ShouldBe((int)untold);
            return told;
        });
        lines.Select(line => line.GetProperty("trace_id").GetString()).Order()
            .ShouldBe(host.Spans.Select(span => span.TraceId.ToHexString()).Order(), "what is told by a line is told by a span");
    }

    [Fact]
    public async Task What_a_route_answers_is_told_however_much_it_is()
    {
        await using var host = await StartAsync(("Noise:Burst", "1"), ("Noise:RequestsPerSecond", "1"));

        for (var i = 0; i < 50; i++)
            await host.Client.GetAsync("/api/orders/7");

        await Eventually.PassesAsync(() => host.Log.Lines.Count(line => Is(line, "request.completed")).ShouldBe(50));
        host.Spans.Count.ShouldBe(50);
    }

    [Fact]
    public async Task What_callers_write_is_cut_before_it_is_kept_exported_or_written()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        JsonElement line;
        await using (var host = await StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc), ("Traces:Kept", "100")))
        {
            host.Client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", new string('x', 30_000));
            await host.Client.GetAsync($"/api/orders/{new string('y', 6000)}");
            line = await host.LineAsync("listed");

            foreach (var kept in (IEnumerable<Activity>)[.. host.Spans, .. host.Services.GetRequiredService<RecentSpans>().All])
                kept.TagObjects.Select(tag => tag.Value).OfType<string>().ShouldAllBe(value => value.Length <= 256);
        }

        line.GetProperty("orderId").GetString()!.Length.ShouldBe(256);
        line.GetProperty("message").GetString()!.Length.ShouldBe(1024);
        var span = await collector.SpanAsync(span => span.Kind is ActivityKind.Server);
        ((string?)span["user_agent.original"]).ShouldBe(new string('x', 256));
        ((string?)span["url.path"])!.Length.ShouldBe(256);
        var record = await collector.LogAsync(record => record.EventName == "listed");
        ((string?)record["orderId"])!.Length.ShouldBe(256);
        record.Body.ShouldBe(line.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Kept_spans_are_bounded_in_bytes_and_the_oldest_leave()
    {
        const int MostBytes = 64 * 1024;
        await using var host = await StartAsync(("Traces:Kept", "1000000"), ("Traces:KeptBytes", $"{MostBytes}"));
        host.Client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", new string('x', 30_000));

        for (var i = 0; i < 200; i++)
            await host.Client.GetAsync($"/api/orders/{i}");

        var recent = host.Services.GetRequiredService<RecentSpans>();
        await Eventually.PassesAsync(() => recent.All.ShouldContain(span => (string?)span.GetTagItem("url.path") == "/api/orders/199"));
        recent.Bytes.ShouldBeLessThanOrEqualTo(MostBytes);
        recent.All.Count.ShouldBeInRange(10, 100);
        recent.All.ShouldNotContain(span => (string?)span.GetTagItem("url.path") == "/api/orders/0");
    }

    [Fact]
    public async Task A_stack_trace_is_written_once_and_counted_after_that()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        JsonElement[] lines;
        await using (var host = await StartAsync(("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc)))
        {
            for (var i = 0; i < 20; i++)
                await host.Client.GetAsync($"/api/broken/{i}");
            lines = await Eventually.PassesAsync(() => Broken(host) is { Length: 20 } all ? all : throw new InvalidOperationException("not yet"));
        }

        lines.Count(line => line.TryGetProperty("exception.stacktrace", out _)).ShouldBe(1);
        lines[0].GetProperty("exception.stacktrace").GetString()!.ShouldContain(nameof(NoiseTests));
        lines.Skip(1).Select(line => line.GetProperty("exception.repetitions").GetInt32()).ShouldBe(Enumerable.Range(1, 19));
        lines.Select(line => line.GetProperty("exception.message").GetString()).ShouldBe(Enumerable.Range(0, 20).Select(i => $"out of order {i}"));
        await collector.LogAsync(record => (string?)record["exception.message"] == "out of order 19");
        var records = collector.Logs.Where(record => record["exception.type"] is not null).ToArray();
        records.Count(record => record["exception.stacktrace"] is not null).ShouldBe(1);
        records.Max(record => record["exception.repetitions"] as long? ?? 0).ShouldBe(19);
    }

    [Fact]
    public async Task A_stack_trace_is_written_again_after_a_while()
    {
        await using var host = await StartAsync(("Noise:StackInterval", "00:00:00.100"));

        await Eventually.PassesAsync(async () =>
        {
            await host.Client.GetAsync("/api/broken/1");
            Broken(host).Count(line => line.TryGetProperty("exception.stacktrace", out _)).ShouldBeGreaterThan(1);
        });
    }

    private static JsonElement[] Broken(ObservedHost host) => [.. host.Log.Lines.Where(line => line.TryGetProperty("exception.type", out _))];

    private static bool Is(JsonElement line, string eventName) => line.TryGetProperty("event", out var name) && name.GetString() == eventName;

    private static Task<ObservedHost> StartAsync(params (string Name, string? Value)[] settings) => ObservedHost.StartAsync(
        configuration: settings.ToDictionary(setting => setting.Name, setting => setting.Value),
        map: app =>
        {
            app.Use(next => context =>
            {
                if (context.Request.Path != "/api/limited")
                    return next(context);
                RefusedByLimit.Set(context);
                context.SetEndpoint(null);
                context.Response.StatusCode = 429;
                return Task.CompletedTask;
            });
            app.MapGet("/api/orders/{id}", (string id, ILoggerFactory loggers) =>
                loggers.CreateLogger("ECommerce.Orders").LogInformation(new EventId(7, "listed"), "Listed {OrderId}", id));
            app.MapGet("/api/broken/{id}", (string id, ILoggerFactory loggers) =>
            {
                try
                {
                    throw new InvalidOperationException($"out of order {id}");
                }
                catch (InvalidOperationException e)
                {
                    loggers.CreateLogger("ECommerce.Orders").LogError(e, "It broke");
                }
            });
        });
}
