using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Prometheus;

namespace Observability.Metrics;

/// <summary>
/// What the process uses, under the names that Prometheus's own clients give it
/// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics). Processor and memory are read when somebody scrapes; files
/// and threads now and then, since the system has to be asked for each of them.
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
        _cpu = metrics.Counter("process_cpu_seconds_total", "User and system time of the process, in seconds.").With();
        _resident = metrics.Gauge("process_resident_memory_bytes", "Memory of the process that is in RAM.").With();
        _virtual = metrics.Gauge("process_virtual_memory_bytes", "Address space of the process, most of it never touched.").With();
        _files = metrics.Gauge("process_open_fds", "Open files and sockets, as last counted: grows when something is not closed.").With();
        _threads = metrics.Gauge("process_threads", "Threads of the process, as last counted: grows when work blocks.").With();
        using var self = Process.GetCurrentProcess();
        metrics.Gauge("process_start_time_seconds", "When the process started, in seconds since 1970: a restart shows as a step.").With()
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
