namespace ECommerce.Signals.Tests.Agreement;

/// <summary>A shop whose public requests are counted by who sends them, and whose database can go away.</summary>
internal sealed class WatchedShop : WiredShop
{
    private WatchedShop()
    {
    }

    public Tally Sent { get; } = new();

    public static async Task<WatchedShop> StartAsync()
    {
        var shop = new WatchedShop();
        await shop.InitializeAsync();
        return shop;
    }

    protected override void Configure(IDictionary<string, string?> settings)
    {
        base.Configure(settings);
        settings["Limits:Concurrency"] = $"{Script.Places}";
        settings["Limits:Burst"] = $"{Script.Burst}";
        settings["Limits:RequestsPerSecond"] = "1";
        settings["Limits:BodyBytes"] = $"{Script.BodyBytes}";
        // A busy machine may take its time: what is waited for here is waited for on purpose.
        settings["Limits:RequestTimeout"] = settings["Database:CommandTimeout"] = settings["Database:AcquireTimeout"] = "00:01:00";
        settings["OTEL_TRACES_SAMPLER"] = "always_on";
        settings["Noise:SummaryInterval"] = "00:00:01";
        settings["Noise:Burst"] = "5";
    }

    protected override HttpMessageHandler Through(HttpMessageHandler sockets) => new Tally.Handler(Sent, sockets);
}
