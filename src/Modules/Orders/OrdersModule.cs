using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Observability.Metrics;

namespace ECommerce.Orders;

/// <summary>The module Orders.</summary>
public sealed class OrdersModule : IModule
{
    public string Name => "orders";

    public string Summary => "Placing, paying and following orders.";

    public IReadOnlyList<Error> Errors => Error.AllOf(typeof(OrdersErrors));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<OrdersOptions>("Orders");
        services.AddSettings<PaymentsOptions>("Payments");
        services.AddSingleton<OrdersDb>();
        services.AddSingleton<ISeed>(provider => new RecordedCurrency(provider.GetRequiredService<OrdersDb>(), Name, "orders", provider.GetRequiredService<IOptions<ShopOptions>>()));
        services.AddMetricsOf<OrdersMetrics>();
        services.AddSingleton(OrdersSpans.Charge);
        services.AddSingleton<OrderTransitions>();
        services.AddSingleton<PaymentProvider>().AddSingleton(PaymentFailpoints.Declined).AddSingleton(PaymentFailpoints.Timeout);
        services.AddSingleton<CustomerQuota>();
        services.AddTransient<StockReservationScope>();
        services.AddSingleton<PaymentProcessor>();
        services.AddSingleton<Refunds>();
        services.AddPeriodicJob<ExpireUnpaidOrders>(JobScope.OneHost);
        services.AddPeriodicJob<PurgeCancelledOrders>(JobScope.OneHost);
        services.AddPeriodicJob<ResolvePayments>(JobScope.OneHost);
        services.AddPeriodicJob<RefreshOrderGauges>(JobScope.EveryHost);
    }
}
