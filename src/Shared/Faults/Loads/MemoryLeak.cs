using ECommerce.Kernel;

namespace ECommerce.Faults;

/// <summary>The fault <c>memory_leak</c>: allocates memory, megabyte by megabyte, and releases all of it at its end.</summary>
internal sealed class MemoryLeak() : FaultLoad(FaultKinds.MemoryLeak)
{
    private const int Megabyte = 1024 * 1024;

    public override async Task RunAsync(Fault fault, Action<string, int> taken, CancellationToken end)
    {
        await LeakAsync(fault.CountOf(FaultKinds.Megabytes), taken, end);
        // Without a collection the memory stays with the process, and the fault seems to continue.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    private static async Task LeakAsync(int most, Action<string, int> taken, CancellationToken end)
    {
        List<byte[]> leaked = [];
        while (await PauseAsync(TimeSpan.FromMilliseconds(50), end))
        {
            if (leaked.Count >= most)
                continue;
            var megabyte = new byte[Megabyte];
            Array.Fill(megabyte, (byte)1); // a page that was never written takes no memory
            leaked.Add(megabyte);
            taken(ModuleName.Platform.Name, 1);
        }

        leaked.Clear();
    }
}
