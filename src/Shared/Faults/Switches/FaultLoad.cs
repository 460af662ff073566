namespace ECommerce.Faults;

/// <summary>A fault that consumes a bounded amount of the host's resources in the background, and releases it at its end.</summary>
internal abstract class FaultLoad(FaultKind kind)
{
    public FaultKind Kind => kind;

    /// <summary>Consumes resources until the end, and returns when all of them are released.</summary>
    /// <param name="fault">The fault with its parameters.</param>
    /// <param name="taken">Called with the module and the amount of what was consumed.</param>
    /// <param name="end">Cancelled at the end of the fault, which always comes.</param>
    public abstract Task RunAsync(Fault fault, Action<string, int> taken, CancellationToken end);

    /// <returns>False when the fault has ended.</returns>
    protected static async Task<bool> PauseAsync(TimeSpan pause, CancellationToken end)
    {
        await Task.Delay(pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !end.IsCancellationRequested;
    }
}
