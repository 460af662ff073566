namespace ECommerce.Signals.Tests.Agreement;

/// <summary>A shop whose database can go away.</summary>
internal abstract class WiredShop : ShopFixture, IAsyncDisposable
{
    private Wire? _wire;

    public Wire Wire => _wire!;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (_wire is not null)
            await _wire.DisposeAsync();
    }

    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        _wire = Wire.To(ConnectionString, out var through);
        settings["ConnectionStrings:ECommerce"] = through;
    }
}
