namespace ECommerce.Topologies;

/// <summary>Runs the programs of a topology until it is told to stop, with their lines in one terminal.</summary>
internal sealed class Runner(ShopTopology topology, TextWriter output)
{
    private readonly Lock _lock = new();
    private readonly int _width = topology.Stages.SelectMany(stage => stage).Max(part => part.Name.Length);

    /// <summary>Starts all programs, prints the banner, and stops all of them when the token is cancelled.</summary>
    /// <exception cref="TopologyException">A program could not be started; those that ran are stopped.</exception>
    public async Task RunAsync(CancellationToken closing)
    {
        List<List<RunningPart>> started = [];
        try
        {
            foreach (var stage in topology.Stages)
            {
                started.Add([.. stage.Select(part => new RunningPart(part, line => Write(part.Name, line)))]);
                await Task.WhenAll(started[^1].Select(part => part.StartAsync(closing)));
            }

            WriteBanner();
            await Task.Delay(Timeout.Infinite, closing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            // It was told to stop while it started.
        }
        finally
        {
            foreach (var stage in Enumerable.Reverse(started))
                await Task.WhenAll(stage.Select(part => part.DisposeAsync().AsTask()));
            await topology.Foundation.DisposeAsync();
        }
    }

    private void WriteBanner()
    {
        lock (_lock)
        {
            output.WriteLine();
            foreach (var line in topology.Banner)
                output.WriteLine($"  {line}");
            output.WriteLine();
        }
    }

    private void Write(string name, string line)
    {
        lock (_lock)
            output.WriteLine($"{name.PadRight(_width)} | {line}");
    }
}
