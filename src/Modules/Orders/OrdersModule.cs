using ECommerce.Kernel;
using ECommerce.Platform.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Orders;

/// <summary>What the host knows of Orders.</summary>
public sealed class OrdersModule : IModule
{
    public string Name => "orders";

    public IReadOnlyList<Error> Errors => Error.AllOf(typeof(OrdersErrors));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<OrdersDb>();
        services.AddSingleton<OrdersMetrics>();
    }
}
