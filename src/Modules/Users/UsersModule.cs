using ECommerce.Kernel;
using ECommerce.Platform.Modules;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Users;

/// <summary>What the host knows of Users.</summary>
public sealed class UsersModule : IModule
{
    public string Name => "users";

    public IReadOnlyList<Error> Errors => Error.AllOf(typeof(UsersErrors));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<UsersDb>();
        services.AddSingleton<UsersMetrics>();
    }
}
