using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using Observability.Console.Filtering;
using Observability.Console.Recording;
using Observability.Console.Settings;
using Observability.Console.Storage;
using Observability.Settings;

namespace Observability.Console.Tests;

/// <summary>Spans, log lines and stores for the tests.</summary>
internal static class Given
{
    public static readonly ConsoleSettings Settings = new();

    private static readonly ActivitySource Source = new("Tills.Sales");

    static Given() => ActivitySource.AddActivityListener(new()
    {
        ShouldListenTo = source => source == Source,
        Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
    });

    public static FilterParser Parser { get; } = new(Settings.Fields);

    public static SpanCodec SpanCodec { get; } = new(new("Tills") { OwnerOfRoute = OwnerOf }, Settings.ModuleAttribute);

    public static Filter Filter(string text)
    {
        Parser.TryParse(text, out var filter, out var error).ShouldBeTrue(error?.ToString());
        return filter!;
    }

    /// <summary>An ended span.</summary>
    public static Activity Span(string name, ActivityKind kind = ActivityKind.Internal, double milliseconds = 1, DateTime? start = null,
        ActivityContext parent = default, Action<Activity>? set = null, params (string Key, object? Value)[] attributes)
    {
        var began = start ?? DateTime.UnixEpoch.AddYears(56);
        var span = Source.CreateActivity(name, kind, parent)!.SetStartTime(began).Start();
        foreach (var (key, value) in attributes)
            span.SetTag(key, value);
        set?.Invoke(span);
        span.SetEndTime(began.AddMilliseconds(milliseconds)).Stop();
        return span;
    }

    /// <summary>A span that is open, so that spans that begin meanwhile are below it.</summary>
    public static Activity Open(string name, params (string Key, object? Value)[] attributes)
    {
        var span = Source.StartActivity(name)!;
        foreach (var (key, value) in attributes)
            span.SetTag(key, value);
        return span;
    }

    /// <summary>A log line as the host writes it, with these members behind the fields.</summary>
    public static byte[] Line(string message, string level = "info", string category = "Tills.Sales", string? eventName = null, string? traceId = null,
        DateTime? time = null, string members = "") => Encoding.UTF8.GetBytes(
        $$"""{"timestamp":"{{(time ?? DateTime.UnixEpoch.AddYears(56)).ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture)}}","level":"{{level}}","message":{{Json(message)}},"template":{{Json(message)}},"category":"{{category}}","""
        + (eventName is null ? "" : $"\"event\":\"{eventName}\",") + (traceId is null ? "" : $"\"trace_id\":\"{traceId}\",\"span_id\":\"{traceId[..16]}\",")
        + members + (members.Length > 0 ? "," : "") + "\"host\":\"till-7\"}\n");

    public static SegmentStore Store(long budget = 4 * Segment.Cost) => new(budget, now: 0);

    public static SegmentStore StoreOf(params Activity[] spans)
    {
        var store = Store();
        foreach (var span in spans)
            store.Append(span, SpanCodec).ShouldBeTrue();
        return store;
    }

    public static SegmentStore StoreOf(params byte[][] lines)
    {
        var (store, codec) = (Store(), new LogCodec());
        foreach (var line in lines)
            store.Append(line.AsMemory(), codec).ShouldBeTrue();
        return store;
    }

    public static Recorder Recorder(Action<ConsoleOptions>? configure = null)
    {
        var options = new ConsoleOptions();
        configure?.Invoke(options);
        return new(Options.Create(options), Settings, new("Tills") { OwnerOfRoute = OwnerOf }, TimeProvider.System);
    }

    private static Owner? OwnerOf(string route) => route.Split('/') is ["", var module, ..] ? new(module, module) : null;

    private static string Json(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
