namespace ECommerce.Faults;

/// <summary>A fault that does not wait to be met but takes something of the host, within bounds, and gives it back in the end.</summary>
internal abstract class FaultLoad(FaultKind kind)
{
    public FaultKind Kind => kind;

    /// <summary>Takes until the end, and returns when everything has been given back.</summary>
    /// <param name="fault">How much.</param>
    /// <param name="taken">To be told of what is taken, and of whose it is.</param>
    /// <param name="end">The end; it comes for certain.</param>
    public abstract Task RunAsync(Fault fault, Action<string, int> taken, CancellationToken end);

    /// <returns>False when the end has come.</returns>
    protected static async Task<bool> PauseAsync(TimeSpan pause, CancellationToken end)
    {
        await Task.Delay(pause, end).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !end.IsCancellationRequested;
    }
}
