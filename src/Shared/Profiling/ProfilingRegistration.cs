using ECommerce.Kernel;
using ECommerce.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Profiling;

/// <summary>Adds profiling to a host: the endpoints under <c>/debug</c>, the services behind them and their errors.</summary>
public static class ProfilingRegistration
{
    public static void AddProfiling(this IHostApplicationBuilder builder) => builder.Services
        .AddSingleton<Profiler>()
        .AddSingleton<Heap>()
        .AddSingleton<IOperations, ProfilingOperations>()
        .AddErrors(Error.AllOf(typeof(ProfilingErrors)));
}
