using ECommerce.RabbitMq;
using ECommerce.Web;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Reliability.Tests.Broker;

/// <summary>One RabbitMQ, and two hosts with a database each: one has Users and Products, the other Orders.</summary>
public sealed class SplitShop : IAsyncLifetime
{
    public const string Name = "One message broker";

    /// <summary>The broker between the hosts.</summary>
    public RabbitMqServer Server { get; private set; } = null!;

    /// <summary>The host of Users and Products.</summary>
    public PartialHost Catalogue { get; private set; } = null!;

    /// <summary>The host of Orders.</summary>
    public PartialHost Orders { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Server = await RabbitMqServer.StartAsync();
        var key = SigningKey.NewPem();
        var (catalogue, orders) = (Loopback.FreeAddress(), Loopback.FreeAddress());
        Catalogue = new("users,products", Server.Address, key, catalogue, ("Modules:Orders:Address", orders));
        Orders = new("orders", Server.Address, key, orders, ("Modules:Users:Address", catalogue), ("Modules:Products:Address", catalogue));
        await Task.WhenAll(Catalogue.InitializeAsync(), Orders.InitializeAsync());
        await ConnectedAsync();
    }

    public async Task DisposeAsync()
    {
        if (Orders is not null)
            await Orders.DisposeAsync();
        if (Catalogue is not null)
            await Catalogue.DisposeAsync();
        if (Server is not null)
            await Server.DisposeAsync();
    }

    public Task ConnectedAsync() => Eventually.PassesAsync(async () =>
    {
        foreach (var host in (PartialHost[])[Catalogue, Orders])
            (await host.ConnectedAsync()).ShouldBe(1, $"{host.Trouble}\n{Server.Written}");
    });

    /// <summary>Until all events are delivered, on both sides.</summary>
    public async Task SettleAsync()
    {
        // One event may cause another: once more for what the second host has sent meanwhile.
        await Orders.SettleAsync();
        await Catalogue.SettleAsync();
        await Orders.SettleAsync();
    }

    /// <summary>An order of a new customer, placed and paid at the host of Orders.</summary>
    public async Task<Guid> AnOrderAsync(Product product, bool paid = true)
    {
        var customer = await Catalogue.Given.ACustomerAsync();
        var order = await Orders.Given.AnOrderAsync(customer, (product, 1));
        if (paid)
            (await Orders.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, customer)).Status.ShouldBe(200);
        return order.Id;
    }

    public async Task<string?> StateAsync(Guid order) => await Catalogue.ScalarAsync<string>("SELECT state FROM products.reservations WHERE id = @order", new { order });
}

/// <summary>A host with some of the modules.</summary>
public sealed class PartialHost(string modules, string broker, string signingKey, Uri address, params (string Setting, Uri Address)[] others) : ShopFixture
{
    /// <summary>Why the host is not connected to the broker.</summary>
    public string? Trouble => Services.GetRequiredService<BrokerConnection>().Trouble;

    public async Task<double> ConnectedAsync() => (await MetricsAsync()).Values.Single(series => series.Key.StartsWith("broker_connected{", StringComparison.Ordinal)).Value;

    protected override void Configure(IDictionary<string, string?> settings)
    {
        settings["Modules:Hosted"] = modules;
        settings["Broker:Address"] = broker;
        settings["Broker:AcknowledgeTimeout"] = "00:00:02";
        settings["Broker:ConfirmTimeout"] = "00:00:02";
        settings["Contracts:SigningKey"] = signingKey;
        settings["Endpoints:Internal"] = address.ToString();
        foreach (var (setting, other) in others)
            settings[setting] = other.ToString();
        settings["Outbox:MaxAttempts"] = "3";
        settings["Outbox:FirstBackoff"] = "00:00:00.010";
        settings["Outbox:PollInterval"] = "00:00:00.200";
    }

    /// <summary>How often Users was asked for a token's owner.</summary>
    public async Task<double> OwnersAskedAsync() => (await MetricsAsync())["contract_call_duration_seconds_count{module=\"users\",contract=\"users.find-user.v1\",outcome=\"ok\"}"];
}

[CollectionDefinition(SplitShop.Name)]
public sealed class OneBroker : ICollectionFixture<SplitShop>;
