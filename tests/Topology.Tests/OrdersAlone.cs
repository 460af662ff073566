namespace ECommerce.Topology.Tests;

/// <summary>A host of Orders that finds other programs in place of Users or Products.</summary>
internal sealed class OrdersAlone(Uri users, Uri products, string signingKey, params (string Name, string Value)[] more) : ShopFixture, IAsyncDisposable
{
    async ValueTask IAsyncDisposable.DisposeAsync() => await DisposeAsync();

    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Modules:Hosted"] = "orders";
        settings["Modules:Users:Address"] = users.ToString();
        settings["Modules:Products:Address"] = products.ToString();
        settings["Endpoints:Internal"] = "http://127.0.0.1:0";
        settings["Contracts:SigningKey"] = signingKey;
        settings["Broker:Address"] = "amqp://127.0.0.1:1";
        settings["Contracts:AttemptTimeout"] = "00:00:01";
        foreach (var (name, value) in more)
            settings[name] = value;
    }
}
