using ECommerce.Kernel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Modules;

/// <summary>A module of the shop. It is the only public type of its assembly.</summary>
public interface IModule
{
    /// <summary>
    /// The name in lower case: that of the schema, the database role, the path under <c>/api</c> and the label <c>module</c>.
    /// </summary>
    string Name { get; }

    /// <summary>What the module offers, in one sentence: the description of its tag in the OpenAPI document.</summary>
    string Summary { get; }

    /// <summary>The errors of the module, which <c>/problems/{code}</c> explains.</summary>
    IReadOnlyList<Error> Errors { get; }

    /// <summary>
    /// Registers the services of the module's slices. Handlers, rules, endpoints, event handlers and migrations are found by scanning.
    /// </summary>
    void AddServices(IServiceCollection services, IConfiguration configuration);
}

/// <summary>Initial data of a module. It runs at every start after the migrations and must be idempotent.</summary>
public interface ISeed
{
    Task SeedAsync(CancellationToken ct);
}
