using ECommerce.Testing.Otlp;

namespace ECommerce.Signals.Tests.Tracing;

/// <summary>A shop and the collector that it sends to.</summary>
internal sealed class CollectedShop : IAsyncDisposable
{
    private CollectedShop(OwnShop shop, OtlpReceiver collector) => (Shop, Collector) = (shop, collector);

    public OwnShop Shop { get; }

    public OtlpReceiver Collector { get; }

    public static async Task<CollectedShop> StartAsync(params (string Key, string? Value)[] settings)
    {
        var collector = await OtlpReceiver.StartAsync();
        return new(await OwnShop.StartAsync([.. Sending(collector).ExceptBy(settings.Select(own => own.Key), usual => usual.Key), .. settings]), collector);
    }

    /// <summary>The settings that make a host send there, and soon, and continue the traces of the tests as those of a gateway.</summary>
    public static (string Key, string? Value)[] Sending(OtlpReceiver collector) =>
        [("Endpoints:TrustedProxies", "127.0.0.1"), ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.Grpc), ("OTEL_BSP_SCHEDULE_DELAY", "100"), ("OTEL_BLRP_SCHEDULE_DELAY", "100")];

    public async ValueTask DisposeAsync()
    {
        await ((IAsyncDisposable)Shop).DisposeAsync();
        await Collector.DisposeAsync();
    }
}

/// <summary>A trace that a test begins, to find again what happened in it.</summary>
internal sealed record Trace(string Id)
{
    public static Trace New() => new(System.Diagnostics.ActivityTraceId.CreateRandom().ToHexString());

    public (string Name, string Value) Header => ("traceparent", $"00-{Id}-b7ad6b7169203331-01");
}
