using ECommerce.Modules;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;

namespace ECommerce.Topology;

/// <summary>The HTTP clients of the modules in other hosts, one with a resilience pipeline of its own for each module.</summary>
public static class ModuleClients
{
    /// <summary>The client's name in <see cref="IHttpClientFactory"/>.</summary>
    public static string NameOf(string module) => $"module {module}";

    internal static void AddModuleClient(this IServiceCollection services, string module, Uri address)
    {
        var client = services.AddHttpClient(NameOf(module), http =>
        {
            http.BaseAddress = address;
            http.Timeout = Timeout.InfiniteTimeSpan; // the pipeline has the time limits
        });
        client.RemoveAllLoggers();
        client.ConfigurePrimaryHttpMessageHandler(services => new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = services.GetRequiredService<IOptions<ContractsOptions>>().Value.AttemptTimeout,
            MaxConnectionsPerServer = services.GetRequiredService<IOptions<ContractsOptions>>().Value.Concurrency,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2), // a name may come to mean other hosts
            ActivityHeadersPropagator = null, // ContractAttempts makes the span and propagates it
        });
        client.AddStandardResilienceHandler().Configure((pipeline, services) =>
            Configure(pipeline, module, services.GetRequiredService<IOptions<ContractsOptions>>().Value, services.GetRequiredService<ContractMetrics>()));
        client.AddHttpMessageHandler<ContractAttempts>();
        client.AddHttpMessageHandler(services => new InterceptedExchange(module, services.GetServices<IContractCallInterceptor>()));
    }

    private static void Configure(HttpStandardResilienceOptions pipeline, string module, ContractsOptions options, ContractMetrics metrics)
    {
        metrics.Circuit(module, isOpen: false);
        pipeline.RateLimiter.DefaultRateLimiterOptions = new() { PermitLimit = options.Concurrency, QueueLimit = 0 };
        pipeline.TotalRequestTimeout.Timeout = options.Timeout;
        pipeline.Retry.MaxRetryAttempts = options.Retries;
        pipeline.Retry.Delay = options.RetryDelay;
        pipeline.Retry.UseJitter = true;
        // A host that is busy says "in a second", which a customer would wait for in vain.
        pipeline.Retry.ShouldRetryAfterHeader = false;
        pipeline.AttemptTimeout.Timeout = options.AttemptTimeout;
        pipeline.CircuitBreaker.SamplingDuration = TimeSpan.FromTicks(Math.Max(TimeSpan.TicksPerSecond * 10, options.AttemptTimeout.Ticks * 2));
        pipeline.CircuitBreaker.FailureRatio = 0.5;
        pipeline.CircuitBreaker.MinimumThroughput = 20;
        pipeline.CircuitBreaker.BreakDuration = options.CircuitBreak;
        pipeline.CircuitBreaker.OnOpened = _ => Circuit(isOpen: true);
        pipeline.CircuitBreaker.OnClosed = _ => Circuit(isOpen: false);

        ValueTask Circuit(bool isOpen)
        {
            metrics.Circuit(module, isOpen);
            return ValueTask.CompletedTask;
        }
    }
}
