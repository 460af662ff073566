using System.Runtime.CompilerServices;

namespace ECommerce.Orders;

/// <summary>Stands for a use case of a module, by the names alone.</summary>
internal static class BurnCpu
{
    public sealed class Handler
    {
        /// <summary>Goes on after an await, so that it is seen in its state machine.</summary>
        [MethodImpl(MethodImplOptions.NoInlining)]
        public async Task<double> Handle(CancellationToken until)
        {
            await Task.Yield();
            return Burner.Burn(until);
        }
    }
}

internal static class Burner
{
    /// <summary>What a profile should find.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static double Burn(CancellationToken until)
    {
        var sum = 0.0;
        for (var i = 1; !until.IsCancellationRequested; i++)
            sum += Math.Sqrt(i);
        return sum;
    }

    /// <summary>Makes and keeps them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static void Leak(List<Leaked> kept, CancellationToken until)
    {
        while (!until.IsCancellationRequested)
        {
            kept.Add(new(1, 2, 3, 4, 5, 6));
            if (kept.Count == 100_000)
                kept.Clear();
        }
    }

    internal sealed record Leaked(long A, long B, long C, long D, long E, long F);
}
