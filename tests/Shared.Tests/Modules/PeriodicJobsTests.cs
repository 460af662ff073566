using System.Diagnostics;
using ECommerce.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ECommerce.Shared.Tests.Modules;

/// <summary>How the rounds of a host begin.</summary>
public sealed class PeriodicJobsTests
{
    [Fact]
    public async Task The_next_round_waits_for_one_that_is_stuck_and_not_for_long()
    {
        var builder = Host.CreateEmptyApplicationBuilder(new());
        builder.Services.AddSingleton(TimeProvider.System).AddPeriodicJob<Stuck>(JobScope.EveryHost).AddPeriodicJob<Next>(JobScope.EveryHost);
        using var host = builder.Build();
        await host.StartAsync();

        var next = await host.Services.GetRequiredService<Next>().Began.WaitAsync(TimeSpan.FromMinutes(1));
        var stuck = host.Services.GetRequiredService<Stuck>();

        (next - await stuck.Began).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
        stuck.HasEnded.ShouldBeFalse();
        await host.StopAsync();
        stuck.HasEnded.ShouldBeTrue();
    }

    private sealed class Stuck(TimeProvider clock, ILoggerFactory loggers) : PeriodicJob("be stuck", TimeSpan.FromHours(1), clock, loggers)
    {
        private readonly TaskCompletionSource<TimeSpan> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TimeSpan> Began => _began.Task;

        public bool HasEnded { get; private set; }

        protected override async Task RunAsync(CancellationToken ct)
        {
            _began.SetResult(Stopwatch.GetElapsedTime(0));
            await Task.Delay(Timeout.Infinite, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            HasEnded = true;
        }
    }

    private sealed class Next(TimeProvider clock, ILoggerFactory loggers) : PeriodicJob("be next", TimeSpan.FromHours(1), clock, loggers)
    {
        private readonly TaskCompletionSource<TimeSpan> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<TimeSpan> Began => _began.Task;

        protected override Task RunAsync(CancellationToken ct)
        {
            _began.SetResult(Stopwatch.GetElapsedTime(0));
            return Task.CompletedTask;
        }
    }
}
