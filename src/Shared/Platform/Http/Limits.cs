using System.Net;
using System.Threading.RateLimiting;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ECommerce.Platform.Http;

/// <summary>A bound on everything that a caller can use up: bytes, time, rate and room.</summary>
internal static class Limits
{
    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddSingleton<Gate>();
        services.AddOptions<KestrelServerOptions>().Configure<IOptions<LimitsOptions>>((kestrel, limits) =>
        {
            kestrel.Limits.MaxRequestBodySize = limits.Value.BodyBytes;
            kestrel.AddServerHeader = false;
        });
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<LimitsOptions>>((timeouts, limits) => timeouts.DefaultPolicy = new()
        {
            Timeout = limits.Value.RequestTimeout,
            WriteTimeoutResponse = context => new Problem(CommonErrors.Timeout).ExecuteAsync(context),
        });
        return services;
    }

    /// <summary>Stands before everything that costs something; probes and operators are never refused.</summary>
    public static IApplicationBuilder UseLimits(this IApplicationBuilder app)
    {
        var gate = app.ApplicationServices.GetRequiredService<Gate>();
        return app.Use(next => context => context.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
            ? gate.PassAsync(context, next)
            : next(context));
    }

    /// <summary>One bucket per client address, and one room for all.</summary>
    internal sealed class Gate(IOptions<LimitsOptions> limits) : IDisposable
    {
        private readonly PartitionedRateLimiter<IPAddress> _rate = NewBuckets(new()
        {
            TokenLimit = limits.Value.Burst,
            TokensPerPeriod = Math.Max(1, limits.Value.RequestsPerSecond / 10),
            ReplenishmentPeriod = TimeSpan.FromSeconds(Math.Max(0.1, 1.0 / limits.Value.RequestsPerSecond)),
            AutoReplenishment = false, // all buckets together, by the one who keeps them
        });

        private readonly ConcurrencyLimiter _room = new(new() { PermitLimit = limits.Value.Concurrency, QueueLimit = 0 });

        public async Task PassAsync(HttpContext context, RequestDelegate next)
        {
            using var turn = _rate.AttemptAcquire(context.Connection.RemoteIpAddress ?? IPAddress.None);
            if (!turn.IsAcquired)
            {
                await new Problem(CommonErrors.TooManyRequests).ExecuteAsync(context);
                return;
            }

            using var place = _room.AttemptAcquire();
            if (!place.IsAcquired)
            {
                await new Problem(CommonErrors.DependencyUnavailable.Because("Too many requests are in work. Nothing was done with this one.")).ExecuteAsync(context);
                return;
            }

            await next(context);
        }

        // Made once: the way of making a bucket is asked for with every request, and the bucket once per address.
        private static PartitionedRateLimiter<IPAddress> NewBuckets(TokenBucketRateLimiterOptions options)
        {
            Func<IPAddress, RateLimiter> newBucket = _ => new TokenBucketRateLimiter(options);
            return PartitionedRateLimiter.Create<IPAddress, IPAddress>(address => RateLimitPartition.Get(address, newBucket));
        }

        public void Dispose()
        {
            _rate.Dispose();
            _room.Dispose();
        }
    }
}
