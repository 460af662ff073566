using System.Security.Cryptography;
using ECommerce.Kernel;
using ECommerce.Products.Contracts;
using ECommerce.RabbitMq;
using ECommerce.Users.Contracts;
using MediatR;
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
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var pem = key.ExportPkcs8PrivateKeyPem();
        Catalogue = new("users,products", Server.Address, pem, null);
        await Catalogue.InitializeAsync();
        Orders = new("orders", Server.Address, pem, Catalogue);
        await Orders.InitializeAsync();
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

/// <summary>A host with some of the modules. What they ask of others goes straight to the other host's mediator, since only events are on trial here.</summary>
public sealed class PartialHost(string modules, string broker, string signingKey, PartialHost? other) : ShopFixture
{
    /// <summary>How often Users was asked for a token's owner.</summary>
    public int OwnersAsked => _ownersAsked;

    private int _ownersAsked;

    /// <summary>Why the host is not connected to the broker.</summary>
    public string? Trouble => Services.GetRequiredService<BrokerConnection>().Trouble;

    public async Task<double> ConnectedAsync() => (await MetricsAsync()).Values.Single(series => series.Key.StartsWith("broker_connected{", StringComparison.Ordinal)).Value;

    protected override void Configure(IDictionary<string, string?> settings)
    {
        settings["Modules:Hosted"] = modules;
        settings["Broker:Address"] = broker;
        settings["Broker:AcknowledgeTimeout"] = "00:00:02";
        settings["Broker:ConfirmTimeout"] = "00:00:02";
        settings["Tokens:SigningKey"] = signingKey;
        settings["Outbox:MaxAttempts"] = "3";
        settings["Outbox:FirstBackoff"] = "00:00:00.010";
        settings["Outbox:PollInterval"] = "00:00:00.200";
    }

    protected override void ConfigureServices(IServiceCollection services)
    {
        if (other is null)
            return;
        Forward<FindUser, UserFound>(services, () => Interlocked.Increment(ref _ownersAsked));
        Forward<ReserveStock, StockReserved>(services);
        Forward<ReleaseStock, StockReleased>(services);
    }

    private void Forward<TRequest, TResponse>(IServiceCollection services, Action? seen = null) where TRequest : IRequest<Result<TResponse>> =>
        services.AddTransient<IRequestHandler<TRequest, Result<TResponse>>>(_ => new Forwarding<TRequest, TResponse>(other!, seen));

    private sealed class Forwarding<TRequest, TResponse>(PartialHost to, Action? seen) : IRequestHandler<TRequest, Result<TResponse>>
        where TRequest : IRequest<Result<TResponse>>
    {
        public async Task<Result<TResponse>> Handle(TRequest request, CancellationToken cancellationToken)
        {
            seen?.Invoke();
            await using var scope = to.Services.CreateAsyncScope();
            return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request, cancellationToken);
        }
    }
}

[CollectionDefinition(SplitShop.Name)]
public sealed class OneBroker : ICollectionFixture<SplitShop>;
