using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Observability.Metrics;

namespace ECommerce.Products;

/// <summary>The module Products.</summary>
public sealed class ProductsModule : IModule
{
    public string Name => "products";

    public string Summary => "The catalogue and its stock.";

    public IReadOnlyList<Error> Errors => ProductsErrors.All;

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<ProductsOptions>("Products");
        services.AddSingleton<ProductsDb>();
        services.AddMetricsOf<ProductsMetrics>();
        services.AddSingleton<StockReservations>();
        services.AddSingleton<ISeed>(provider => new RecordedCurrency(provider.GetRequiredService<ProductsDb>(), Name, "products", provider.GetRequiredService<IOptions<ShopOptions>>()));
        services.AddSingleton<ISeed, DemoCatalogue>();
        services.AddPeriodicJob<LapseReservations>(JobScope.OneHost);
        services.AddPeriodicJob<PurgeReservations>(JobScope.OneHost);
        services.AddPeriodicJob<RefreshStockGauges>(JobScope.EveryHost);
    }
}
