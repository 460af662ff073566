using ECommerce.Kernel;
using ECommerce.Platform.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Products;

/// <summary>What the host knows of Products.</summary>
public sealed class ProductsModule : IModule
{
    public string Name => "products";

    public IReadOnlyList<Error> Errors => Error.AllOf(typeof(ProductsErrors));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<ProductsDb>();
        services.AddSingleton<ProductsMetrics>();
    }
}
