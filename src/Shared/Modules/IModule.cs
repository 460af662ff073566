using ECommerce.Kernel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Modules;

/// <summary>One module of the shop: the only type of its assembly that others can see.</summary>
public interface IModule
{
    /// <summary>Lower case, and at once its schema, its database role, its path under <c>/api</c> and its label in every signal.</summary>
    string Name { get; }

    /// <summary>Every refusal that the module itself makes; shown at <c>/problems/{code}</c>.</summary>
    IReadOnlyList<Error> Errors { get; }

    /// <summary>What its slices need. Handlers, rules, endpoints, event handlers and migrations are found without being named here.</summary>
    void AddServices(IServiceCollection services, IConfiguration configuration);
}

/// <summary>Facts that a module wants to find when the shop opens. Runs after the migrations, at every start: twice changes nothing.</summary>
public interface ISeed
{
    Task SeedAsync(CancellationToken ct);
}
