using ECommerce.Observability;

namespace ECommerce.Faults;

/// <summary>Keeps what nobody needs, megabyte by megabyte, and lets go of all of it in the end.</summary>
internal sealed class MemoryLeak() : FaultLoad(FaultKinds.MemoryLeak)
{
    private const int Megabyte = 1024 * 1024;

    public override async Task RunAsync(Fault fault, Action<string, int> taken, CancellationToken end)
    {
        await LeakAsync(fault.CountOf(FaultKinds.Megabytes), taken, end);
        // Otherwise the memory stays with the process until somebody else needs it, and the fault seems to go on.
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
            Array.Fill(megabyte, (byte)1); // a page that nobody has written takes no memory
            leaked.Add(megabyte);
            taken(ModuleName.Platform.Name, 1);
        }

        leaked.Clear();
    }
}
