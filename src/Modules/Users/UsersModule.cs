using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Observability.Metrics;

namespace ECommerce.Users;

/// <summary>The module Users.</summary>
public sealed class UsersModule : IModule
{
    public string Name => "users";

    public string Summary => "Customers, administrators and their tokens.";

    public IReadOnlyList<Error> Errors => Error.AllOf(typeof(UsersErrors));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<UsersDb>();
        services.AddMetricsOf<UsersMetrics>();

        services.AddSettings<PasswordOptions>("Passwords");
        services.AddOptions<PasswordHasherOptions>().Configure<IOptions<PasswordOptions>>((hasher, own) => hasher.IterationCount = own.Value.Iterations);
        services.AddSingleton<Passwords>().AddSingleton<HashingQueue>().AddSingleton<PasswordChecks>();
        services.AddSingleton<LoginThrottle>().AddSingleton<ThrottleKeys>().AddSingleton<LoginThrottleCache>().AddSingleton<RegistrationLimit>();
        services.AddSingleton(UsersSpans.Hash).AddSingleton(UsersSpans.Check);
        services.AddPeriodicJob<PurgeLoginThrottle>(JobScope.OneHost);
        services.AddSingleton<Tokens>().AddSingleton(TokenFailpoints.ClockSkew);

        services.AddSettings<UsersOptions>("Users");
        services.AddPeriodicJob<EraseDeletedUsers>(JobScope.OneHost);

        services.AddSettings<BootstrapOptions>("Bootstrap");
        services.AddSingleton<ISeed, FirstAdmin>();
        services.AddSingleton<ISeed, DemoCustomers>();
    }
}
