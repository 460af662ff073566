using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Hosting;

/// <summary>
/// The hosted service that runs all periodic jobs. Their first runs are sequential: at the same time, each would open a connection of its
/// pool for that moment only.
/// </summary>
internal sealed class PeriodicJobs(IEnumerable<ScheduledJob> jobs, IServiceProvider services) : BackgroundService
{
    // A job that waits for the database must not delay the first run of the others.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        List<Task> running = [];
        foreach (var (round, scope) in jobs)
        {
            var turns = scope is JobScope.OneHost ? services.GetRequiredService<IJobLock>() : null;
            var first = round.RunOnceAsync(turns, stoppingToken);
            running.Add(RunPeriodicallyAfterAsync(first, round, turns, stoppingToken));
            await first.WaitAsync(Patience, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        await Task.WhenAll(running);
    }

    private static async Task RunPeriodicallyAfterAsync(Task first, PeriodicJob round, IJobLock? turns, CancellationToken stopping)
    {
        try
        {
            await first;
            await round.RunPeriodicallyAsync(turns, stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // A cancelled job is no failure, also when the host stops before it has started.
        }
    }
}

/// <summary>A periodic job of this host.</summary>
/// <param name="Job">The job.</param>
/// <param name="Scope">On how many hosts it runs at the same time.</param>
public sealed record ScheduledJob(PeriodicJob Job, JobScope Scope);

/// <summary>The extension method that adds periodic jobs to a host.</summary>
public static class PeriodicJobRegistration
{
    /// <summary>Adds a periodic job, which begins when the host starts.</summary>
    /// <param name="services">The host's services.</param>
    /// <param name="scope">Whether each host runs the job, or one host at a time; the latter needs an <see cref="IJobLock"/>.</param>
    public static IServiceCollection AddPeriodicJob<T>(this IServiceCollection services, JobScope scope)
        where T : PeriodicJob =>
        services.AddSingleton<T>().AddSingleton<PeriodicJob>(provider => provider.GetRequiredService<T>())
            .AddSingleton(provider => new ScheduledJob(provider.GetRequiredService<T>(), scope)).AddHostedService<PeriodicJobs>();
}
