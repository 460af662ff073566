using System.Diagnostics;
using ECommerce.Kernel;

namespace ECommerce.Faults;

/// <summary>The fault <c>cpu_burn</c>: keeps cores busy for a share of each tenth of a second, on threads of lowest priority.</summary>
internal sealed class CpuBurn() : FaultLoad(FaultKinds.CpuBurn)
{
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(100);

    public override Task RunAsync(Fault fault, Action<string, int> taken, CancellationToken end)
    {
        var threads = Math.Min(fault.CountOf(FaultKinds.Cores), Environment.ProcessorCount);
        return Task.WhenAll(Enumerable.Range(0, threads).Select(_ => Task.Factory.StartNew(
            () => Burn(Period * fault.Percentage / 100, taken, end), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)));
    }

    private static void Burn(TimeSpan busy, Action<string, int> taken, CancellationToken end)
    {
        Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        do
        {
            for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < busy && !end.IsCancellationRequested;)
                Thread.SpinWait(1_000);
            taken(ModuleName.Platform.Name, 1);
        }
        while (!end.WaitHandle.WaitOne(Period - busy));
    }
}
