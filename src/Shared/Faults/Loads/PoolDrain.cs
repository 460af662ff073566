using ECommerce.Data;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry;

namespace ECommerce.Faults;

/// <summary>The fault <c>pool_drained</c>: holds a share of a module's connections, like code that forgets to return them.</summary>
internal sealed class PoolDrain(Func<ModuleDataSources> sources, FaultCatalogue catalogue, IOptions<DatabaseOptions> options) : FaultLoad(FaultKinds.PoolDrained)
{
    public override Task RunAsync(Fault fault, Action<string, int> taken, CancellationToken end) => Task.WhenAll(
        (fault.Module is { } only ? [only] : catalogue.Modules).Select(module => DrainAsync(module, fault.Percentage, taken, end)));

    private async Task DrainAsync(string module, int percentage, Action<string, int> taken, CancellationToken end)
    {
        using var quiet = SuppressInstrumentationScope.Begin();
        var share = (int)Math.Ceiling(options.Value.MaxPoolSize * percentage / 100.0);
        List<NpgsqlConnection> held = [];
        try
        {
            while (await PauseAsync(TimeSpan.FromMilliseconds(10), end))
            {
                if (held.Count < share && await TakeAsync(module, end) is { } connection)
                {
                    held.Add(connection);
                    taken(module, 1);
                }
            }
        }
        finally
        {
            foreach (var connection in held)
                await connection.DisposeAsync();
        }
    }

    private async Task<NpgsqlConnection?> TakeAsync(string module, CancellationToken end)
    {
        try
        {
            return await sources().For(module).OpenConnectionAsync(end);
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException)
        {
            return null; // the pool is exhausted, or the fault has ended
        }
    }
}
