namespace ECommerce.Testing;

/// <summary>A host for one test that moves the clock or breaks things; <c>await using</c> it.</summary>
public sealed class OwnShop : ShopFixture, IAsyncDisposable
{
    private readonly IReadOnlyDictionary<string, string?> _settings;
    private readonly bool _empty;

    private OwnShop(IReadOnlyDictionary<string, string?> settings, bool empty) => (_settings, _empty) = (settings, empty);

    /// <summary>Starts a host for one test, which may move its clock and break its things.</summary>
    public static Task<OwnShop> StartAsync(params (string Key, string? Value)[] settings) => StartAsync(settings, empty: false);

    /// <summary>Starts a host that finds an empty database, and has its migrations to run.</summary>
    public static Task<OwnShop> StartEmptyAsync(params (string Key, string? Value)[] settings) => StartAsync(settings, empty: true);

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    protected override Task<string> NewDatabaseAsync() => _empty ? TestCluster.NewEmptyDatabaseAsync() : base.NewDatabaseAsync();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        foreach (var (key, value) in _settings)
            settings[key] = value;
    }

    private static async Task<OwnShop> StartAsync((string Key, string? Value)[] settings, bool empty)
    {
        var shop = new OwnShop(settings.ToDictionary(setting => setting.Key, setting => setting.Value), empty);
        await shop.InitializeAsync();
        return shop;
    }
}
