using ECommerce.Kernel;

namespace ECommerce.Faults;

/// <summary>
/// The fault <c>threadpool_starved</c>: blocks threads of the thread pool, like code that waits for a task synchronously. Each thread
/// measures its own time, since a timer that would end it may itself wait for a thread.
/// </summary>
internal sealed class PoolStarvation() : FaultLoad(FaultKinds.ThreadpoolStarved)
{
    public override Task RunAsync(Fault fault, Action<string, int> taken, CancellationToken end) => Task.WhenAll(
        Enumerable.Range(0, fault.CountOf(FaultKinds.Threads)).Select(_ => Task.Run(
            () =>
            {
                if (end.IsCancellationRequested)
                    return;
                taken(ModuleName.Platform.Name, 1);
                end.WaitHandle.WaitOne(fault.Time);
            },
            CancellationToken.None)));
}
