using System.Diagnostics;
using ECommerce.Testing;

namespace ECommerce.Siege;

/// <summary>Observes the host during one attack: readiness, memory, processor time, log volume, and its own request counters.</summary>
internal sealed class HostMonitor(HostProcess host) : IDisposable
{
    private static readonly TimeSpan ProbeInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan CountsSettle = TimeSpan.FromSeconds(15);

    private readonly Process _process = Process.GetProcessById(host.Id);
    private IReadOnlyDictionary<int, long> _countedBefore = new Dictionary<int, long>();
    private TimeSpan _cpuBefore;
    private long _logBytes, _memoryBefore, _memoryPeak;
    private int _probes, _notReady;

    /// <returns>Resident memory in MB.</returns>
    public static double MemoryOf(HostProcess host)
    {
        using var process = Process.GetProcessById(host.Id);
        return Megabytes(process.WorkingSet64);
    }

    /// <summary>Takes the figures from before the attack.</summary>
    public async Task StartAsync()
    {
        _countedBefore = await CountedAsync();
        DrainLog();
        _logBytes = 0;
        _process.Refresh();
        (_cpuBefore, _memoryBefore, _memoryPeak) = (_process.TotalProcessorTime, _process.WorkingSet64, _process.WorkingSet64);
    }

    /// <summary>Samples until cancelled.</summary>
    public Task ObserveAsync(CancellationToken until) => Task.WhenAll(RepeatAsync(ProbeAsync, ProbeInterval, until), RepeatAsync(SampleAsync, SampleInterval, until));

    /// <summary>Waits for the last requests to be counted, and returns what was observed.</summary>
    /// <param name="elapsed">How long the attack lasted.</param>
    public async Task<HostFigures> TakeAsync(TimeSpan elapsed)
    {
        _process.Refresh();
        var (cpu, logBytes) = ((_process.TotalProcessorTime - _cpuBefore) / elapsed, _logBytes / elapsed.TotalSeconds);
        var after = await SettledAsync();
        return new(Megabytes(_memoryBefore), Megabytes(_memoryPeak), cpu, _probes, _notReady, logBytes,
            after.ToDictionary(status => status.Key, status => status.Value - _countedBefore.GetValueOrDefault(status.Key)));
    }

    public void Dispose() => _process.Dispose();

    private static double Megabytes(long bytes) => bytes / 1024.0 / 1024.0;

    private static async Task RepeatAsync(Func<Task> look, TimeSpan interval, CancellationToken until)
    {
        for (; !until.IsCancellationRequested; await OpenLoop.PauseAsync(interval, until))
            await look();
    }

    private async Task ProbeAsync()
    {
        using var timeout = new CancellationTokenSource(ProbeTimeout);
        _probes++;
        try
        {
            using var answer = await host.Management.GetAsync("/health/ready", timeout.Token);
            _notReady += answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            _notReady++;
        }
    }

    private Task SampleAsync()
    {
        if (host.HasExited)
            throw new SiegeException($"The host ended during the attack.\n{string.Join('\n', host.Errors)}");
        _process.Refresh();
        _memoryPeak = Math.Max(_memoryPeak, _process.WorkingSet64);
        DrainLog();
        return Task.CompletedTask;
    }

    private void DrainLog()
    {
        while (host.Output.TryDequeue(out var line))
            _logBytes += line.Length + 1;
    }

    // A request is counted when its answer is complete or its connection is gone, which the caller may know first.
    private async Task<IReadOnlyDictionary<int, long>> SettledAsync()
    {
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(SampleInterval))
        {
            if (Stopwatch.GetElapsedTime(started) > CountsSettle || (await ScrapeAsync())["http_active_connections"] == 0)
                return await CountedAsync();
        }
    }

    private async Task<IReadOnlyDictionary<int, long>> CountedAsync()
    {
        const string Status = "status=\"";
        return (await ScrapeAsync()).Values
            .Where(series => series.Key.StartsWith("http_requests_total{", StringComparison.Ordinal))
            .GroupBy(series => int.Parse(series.Key.AsSpan(series.Key.IndexOf(Status, StringComparison.Ordinal) + Status.Length, 3), provider: null), series => (long)series.Value)
            .ToDictionary(status => status.Key, status => status.Sum());
    }

    private async Task<Metrics> ScrapeAsync() => Metrics.Parse(await host.Management.GetStringAsync("/metrics"));
}
