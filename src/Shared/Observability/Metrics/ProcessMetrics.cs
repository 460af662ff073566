using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Prometheus;

namespace Observability.Metrics;

/// <summary>
/// The process metrics, under the names of Prometheus's own client libraries
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics). Processor time and memory are read at each scrape; open
/// files and threads periodically, since reading them is expensive.
/// </summary>
internal sealed class ProcessMetrics : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Counter.Child _cpu;
    private readonly Gauge.Child _resident;
    private readonly Gauge.Child _virtual;
    private readonly Gauge.Child _files;
    private readonly Gauge.Child _threads;
    private readonly TimeProvider _clock;

    public ProcessMetrics(MetricFamilies metrics, CollectorRegistry registry, TimeProvider clock)
    {
        _clock = clock;
        _cpu = metrics.Counter("process_cpu_seconds_total", "User and system CPU time of the process, in seconds.").With();
        _resident = metrics.Gauge("process_resident_memory_bytes", "Resident memory of the process, in bytes.").With();
        _virtual = metrics.Gauge("process_virtual_memory_bytes", "Virtual memory of the process, in bytes, most of it never used.").With();
        _files = metrics.Gauge("process_open_fds", "Open file descriptors, sockets included, as last counted. A steady growth means that something is not closed.").With();
        _threads = metrics.Gauge("process_threads", "Threads of the process, as last counted. A growth means that work blocks threads.").With();
        using var self = Process.GetCurrentProcess();
        metrics.Gauge("process_start_time_seconds", "Start time of the process, in seconds since the Unix epoch. A restart shows as a step.").With()
            .Set(new DateTimeOffset(self.StartTime).ToUnixTimeMilliseconds() / 1000.0);
        registry.AddBeforeCollectCallback(ReadUsage);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Interval, _clock);
        do
            Count();
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private void ReadUsage()
    {
        _cpu.IncTo(Environment.CpuUsage.TotalTime.TotalSeconds);
        _resident.Set(Environment.WorkingSet);
    }

    private void Count()
    {
        using var self = Process.GetCurrentProcess();
        _virtual.Set(self.VirtualMemorySize64);
        _files.Set(self.HandleCount);
        _threads.Set(self.Threads.Count);
    }
}
