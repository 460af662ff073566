using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Observability.Metrics;

namespace Observability.Console.Sampling;

/// <summary>Samples the host's metrics once a second, on a thread of its own, which also works while the thread pool is exhausted.</summary>
internal sealed class MetricSampler(MetricStore store, MetricText pages, TimeProvider time) : IHostedService, IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ManualResetEventSlim _stopping = new(initialState: false, spinCount: 0);
    private Thread? _thread;
    private long _rounds;
    private long _failed;
    private long _ticks;

    /// <summary>The rounds that ended, those that failed included.</summary>
    public long Rounds => Interlocked.Read(ref _rounds);

    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>The time that all rounds took.</summary>
    public TimeSpan Spent => new(Interlocked.Read(ref _ticks));

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _thread = new Thread(Run) { Name = "console sampler", IsBackground = true };
        _thread.Start();
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        _stopping.Set();
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        _stopping.Set();
        if (_thread?.Join(Patience) != false)
            _stopping.Dispose();
    }

    private void Run()
    {
        var wait = TimeSpan.Zero;
        while (!_stopping.Wait(wait))
        {
            var started = Stopwatch.GetTimestamp();
            Sample();
            var spent = Stopwatch.GetElapsedTime(started);
            Interlocked.Add(ref _ticks, spent.Ticks);
            Interlocked.Increment(ref _rounds);
            wait = TimeSpan.FromTicks(Interval.Ticks - (spent.Ticks % Interval.Ticks));
        }
    }

    private void Sample()
    {
        try
        {
            store.Sample(time.GetUtcNow().ToUnixTimeMilliseconds(), Write);
        }
#pragma warning disable CA1031 // A round that fails is a gap in the samples, and must not end the thread.
        catch (Exception)
#pragma warning restore CA1031
        {
            Interlocked.Increment(ref _failed);
        }
    }

    // The stream takes everything at once, so that the thread waits for nothing.
    private void Write(Stream to)
    {
        pages.WriteRegistryAsync(to, CancellationToken.None).GetAwaiter().GetResult();
        pages.WriteRuntimeAsync(to, CancellationToken.None).GetAwaiter().GetResult();
    }
}
