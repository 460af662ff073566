using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using Observability.Tracing;

namespace Observability.Tests;

public sealed class LogTests
{
    private const string Category = "ECommerce.Orders.PlaceOrder";

    [Fact]
    public async Task User_text_cannot_forge_a_line_or_a_field()
    {
        const string Hostile = "a\r\n{\"level\":\"fatal\"}\"\\\u0000\u001b[31m\u2028\ud800 end";

        var line = await LineOfAsync(log => log.LogInformation("Searched {Search}", Hostile));

        line.GetProperty("search").GetString().ShouldBe(Hostile.Replace('\ud800', '\ufffd'));
        line.GetProperty("message").GetString().ShouldBe($"Searched {Hostile.Replace('\ud800', '\ufffd')}");
        line.GetProperty("level").GetString().ShouldBe("info");
    }

    [Fact]
    public async Task Values_keep_their_types()
    {
        var id = Guid.Parse("01890a5d-ac96-774b-bcce-b302099a8057");
        var time = new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero);

        var line = await LineOfAsync(log => log.LogInformation(
            "{Int} {Long} {Double} {NotANumber} {Decimal} {Bool} {Null} {Text} {Id} {Time} {Span} {Enum} {List} {Character} {Huge}",
            7, 8L, 0.5, double.NaN, 12.50m, true, null, "öl", id, time, TimeSpan.FromSeconds(90), DayOfWeek.Friday, new[] { 1, 2 }, 'c', ulong.MaxValue));

        line.GetProperty("int").GetRawText().ShouldBe("7");
        line.GetProperty("long").GetRawText().ShouldBe("8");
        line.GetProperty("double").GetRawText().ShouldBe("0.5");
        line.GetProperty("notANumber").GetString().ShouldBe("NaN");
        line.GetProperty("decimal").GetRawText().ShouldBe("12.50");
        line.GetProperty("bool").GetRawText().ShouldBe("true");
        line.GetProperty("null").ValueKind.ShouldBe(JsonValueKind.Null);
        line.GetProperty("text").GetString().ShouldBe("öl");
        line.GetProperty("id").GetGuid().ShouldBe(id);
        line.GetProperty("time").GetDateTimeOffset().ShouldBe(time);
        line.GetProperty("span").GetString().ShouldBe("00:01:30");
        line.GetProperty("enum").GetString().ShouldBe("Friday");
        line.GetProperty("list").GetRawText().ShouldBe("[1,2]");
        line.GetProperty("character").GetString().ShouldBe("c");
        line.GetProperty("huge").GetRawText().ShouldBe("18446744073709551615");
        line.GetProperty("message").GetString()!.ShouldStartWith("7 8 0.5 NaN 12.50 True null öl 01890a5d-ac96-774b-bcce-b302099a8057 ");
    }

    [Fact]
    public async Task A_line_says_whose_it_is_and_which_event()
    {
        var line = await LineOfAsync(log => log.LogWarning(new EventId(3, "order.late"), "Order {OrderId:000} is {Level} late", 7, "very"));

        line.GetProperty("category").GetString().ShouldBe(Category);
        line.GetProperty("module").GetString().ShouldBe("orders");
        line.GetProperty("service").GetString().ShouldBe("orders-service");
        line.GetProperty("event").GetString().ShouldBe("order.late");
        line.GetProperty("level").GetString().ShouldBe("warn");
        line.GetProperty("property.level").GetString().ShouldBe("very");
        line.GetProperty("message").GetString().ShouldBe("Order 007 is very late");
        line.GetProperty("template").GetString().ShouldBe("Order {OrderId:000} is {Level} late");
        line.EnumerateObject().Select(field => field.Name).ShouldBeUnique();
    }

    [Fact]
    public async Task An_exception_is_told_with_type_message_and_stack()
    {
        var line = await LineOfAsync(log => log.LogError(new InvalidOperationException("no\nstock"), "Broke"));

        line.GetProperty("level").GetString().ShouldBe("error");
        line.GetProperty("exception.type").GetString().ShouldBe("System.InvalidOperationException");
        line.GetProperty("exception.message").GetString().ShouldBe("no\nstock");
        line.GetProperty("exception.stacktrace").GetString()!.ShouldContain("no\nstock");
    }

    [Fact]
    public async Task A_line_inside_a_span_has_its_trace_id_and_says_when_the_trace_is_not_kept()
    {
        await using var host = await ObservedHost.StartAsync();
        var log = LoggerOf(host);

        log.LogInformation(new EventId(1, "outside"), "Outside");
        using (var span = Traces.Source("ECommerce.Platform").StartActivity("round"))
        {
            span.ShouldNotBeNull().Recorded.ShouldBeTrue();
            log.LogInformation(new EventId(1, "inside"), "Inside");
        }
        using var unsampled = new Activity("unsampled").SetIdFormat(ActivityIdFormat.W3C).Start();
        log.LogInformation(new EventId(1, "unsampled"), "Unsampled");

        var inside = await host.LineAsync("inside");
        inside.GetProperty("trace_id").GetString().ShouldBe(host.Spans.ShouldHaveSingleItem().TraceId.ToHexString());
        inside.GetProperty("span_id").GetString().ShouldBe(host.Spans.ShouldHaveSingleItem().SpanId.ToHexString());
        (await host.LineAsync("outside")).TryGetProperty("trace_id", out _).ShouldBeFalse();
        inside.TryGetProperty("sampled", out _).ShouldBeFalse();
        var unkept = await host.LineAsync("unsampled");
        unkept.GetProperty("trace_id").GetString().ShouldBe(unsampled.TraceId.ToHexString());
        unkept.GetProperty("sampled").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Text_for_eyes_shows_control_characters_as_harmless()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.Configuration["Logging:Format"] = "text");

        LoggerOf(host).LogError(new InvalidOperationException("two\nlines"), "Searched {Search}", "\u001b[2J\nforged\u202e\u2028\u009b\u007f\U000e0041\ud800");

        await Eventually.PassesAsync(() =>
        {
            var text = host.Log.Text;
            text.ShouldContain("error");
            text.ShouldContain("Searched \\u001b[2J\\u000aforged\\u202e\\u2028\\u009b\\u007f\\U000e0041\\ud800\n    System.InvalidOperationException: two\n    lines\n");
        });
    }

    [Fact]
    public async Task A_level_changed_while_running_applies_at_once()
    {
        await using var host = await ObservedHost.StartAsync();
        var log = LoggerOf(host);
        log.IsEnabled(LogLevel.Debug).ShouldBeFalse();

        var configuration = (IConfigurationRoot)host.Services.GetRequiredService<IConfiguration>();
        configuration["Logging:LogLevel:ECommerce.Orders"] = "Debug";
        configuration.Reload();

        log.IsEnabled(LogLevel.Debug).ShouldBeTrue();
        log.LogDebug(new EventId(1, "detail"), "Detail");
        (await host.LineAsync("detail")).GetProperty("level").GetString().ShouldBe("debug");
    }

    [Fact]
    public async Task The_framework_is_quiet_and_the_shop_is_heard()
    {
        await using var host = await ObservedHost.StartAsync();
        var loggers = host.Services.GetRequiredService<ILoggerFactory>();

        loggers.CreateLogger("Microsoft.AspNetCore.Routing").IsEnabled(LogLevel.Information).ShouldBeFalse();
        loggers.CreateLogger("System.Net.Http.HttpClient").IsEnabled(LogLevel.Information).ShouldBeFalse();
        loggers.CreateLogger("Microsoft.Hosting.Lifetime").IsEnabled(LogLevel.Information).ShouldBeFalse();
        loggers.CreateLogger(Category).IsEnabled(LogLevel.Information).ShouldBeTrue();
    }

    [Fact]
    public async Task A_stalled_reader_blocks_nobody_and_every_lost_line_is_counted()
    {
        var written = new CapturedLog();
        var stalled = new StalledOutput(written);
        await using var host = await ObservedHost.StartAsync(
            builder => builder.Configuration["Logging:QueueBytes"] = "65536", output: stalled);
        var log = LoggerOf(host);
        log.LogInformation("The first batch is stuck");
        stalled.Reached.Wait(TimeSpan.FromSeconds(5)).ShouldBeTrue();

        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < 5000; i++)
            log.LogInformation("Line {Number}", i);

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(2));
        var dropped = (await host.MetricAsync("""telemetry_dropped_total{signal="logs",reason="queue_full"}""")).ShouldNotBeNull();
        dropped.ShouldBeGreaterThan(0);

        stalled.Release();
        await Eventually.PassesAsync(() => written.Lines.Count(IsNumbered).ShouldBe(5000 - (int)dropped));

        static bool IsNumbered(JsonElement line) => line.TryGetProperty("number", out _);
    }

    [Fact]
    public async Task What_is_queued_at_a_graceful_stop_is_written()
    {
        var host = await ObservedHost.StartAsync();
        var log = LoggerOf(host);

        for (var i = 0; i < 1000; i++)
            log.LogInformation("Line {Number}", i);
        await host.DisposeAsync();

        host.Log.Lines.Where(line => line.TryGetProperty("number", out _)).Select(line => line.GetProperty("number").GetInt32())
            .ShouldBe(Enumerable.Range(0, 1000));
    }

    private static ILogger LoggerOf(ObservedHost host) => host.Services.GetRequiredService<ILoggerFactory>().CreateLogger(Category);

    private static async Task<JsonElement> LineOfAsync(Action<ILogger> write)
    {
        await using var host = await ObservedHost.StartAsync();
        write(LoggerOf(host));
        return await Eventually.PassesAsync(() => host.Log.Lines.Single(line => line.GetProperty("category").GetString() == Category));
    }
}
