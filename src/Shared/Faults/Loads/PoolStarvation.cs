using ECommerce.Observability;

namespace ECommerce.Faults;

/// <summary>
/// Blocks threads of the pool, as waiting for a task synchronously does. Each ends by itself when the time is over, since the timer that
/// would end it may be waiting for a thread, too.
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
