using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Observability.Metrics;

namespace ECommerce.TemplateModule;

/// <summary>What the host knows of TemplateModule.</summary>
public sealed class TemplateModuleModule : IModule
{
    public string Name => "templatemodule";

    public string Summary => "What customers add as templatemodule.";

    public IReadOnlyList<Error> Errors => Error.AllOf(typeof(TemplateModuleErrors));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<TemplateModuleDb>();
        services.AddMetricsOf<TemplateModuleMetrics>();
    }
}
