namespace ECommerce.Testing;

/// <summary>A host for one test that moves the clock or breaks things; <c>await using</c> it.</summary>
public sealed class OwnShop : ShopFixture, IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, string?> _settings;

    private OwnShop(IReadOnlyDictionary<string, string?> settings) => _settings = settings;

    /// <summary>Starts a host for one test, which may move its clock and break its things.</summary>
    public static async Task<OwnShop> StartAsync(params (string Key, string? Value)[] settings)
    {
        var shop = new OwnShop(settings.ToDictionary(setting => setting.Key, setting => setting.Value));
        await shop.InitializeAsync();
        return shop;
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var (key, value) in _settings)
            settings[key] = value;
    }
}
