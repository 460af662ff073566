using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Hosting;

/// <summary>
/// The hosted service that runs all periodic jobs. Their first runs are sequential: at the same time, each would open a connection of its
/// pool for that moment only.
/// </summary>
internal sealed class PeriodicJobs(IEnumerable<PeriodicJob> jobs) : BackgroundService
{
    // A job that waits for the database must not delay the first run of the others.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> running = [];
        foreach (var round in jobs)
        {
            var first = round.RunOnceAsync(stoppingToken);
            running.Add(RunPeriodicallyAfterAsync(first, round, stoppingToken));
            await first.WaitAsync(Patience, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(running);
    }

    private static async Task RunPeriodicallyAfterAsync(Task first, PeriodicJob round, CancellationToken stopping)
    {
        try
        {
            await first;
            await round.RunPeriodicallyAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // A cancelled job is no failure, also when the host stops before it has started.
        }
    }
}

/// <summary>The extension method that adds periodic jobs to a host.</summary>
public static class PeriodicJobRegistration
{
    /// <summary>Adds a periodic job, which begins when the host starts.</summary>
    public static IServiceCollection AddPeriodicJob<T>(this IServiceCollection services)
        where T : PeriodicJob =>
        services.AddSingleton<T>().AddSingleton<PeriodicJob>(provider => provider.GetRequiredService<T>()).AddHostedService<PeriodicJobs>();
}
