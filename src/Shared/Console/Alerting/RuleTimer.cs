using Microsoft.Extensions.Hosting;

namespace Observability.Console.Alerting;

/// <summary>Runs a round of the rules at their interval, where there are rules.</summary>
internal sealed class RuleTimer(RuleRounds rounds, RuleSet rules, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (rules.Alerting.Count + rules.Recording.Count == 0)
            return;
        using var timer = new PeriodicTimer(rounds.Interval, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            rounds.Run(time.GetUtcNow().ToUnixTimeMilliseconds(), stoppingToken);
    }
}
