using ECommerce.Testing;
using ECommerce.Traffic;

namespace ECommerce.Storm;

/// <summary>A kind of disruption.</summary>
/// <param name="Name">The name in the table and the journal.</param>
/// <param name="InjectAsync">Injects the disruption, and returns when it has ended.</param>
internal sealed record Disruption(string Name, Func<StormEnvironment, SeededRandom, CancellationToken, Task> InjectAsync)
{
    public static readonly Disruption HostKilled = new("host_killed", async (place, _, _) =>
    {
        await place.Hosts.KillAsync();
        place.Hosts.Start();
    });

    public static readonly Disruption PostgresKilled = new("postgres_killed", (place, _, _) =>
    {
        place.Server.Kill();
        return Task.CompletedTask;
    });

    // Callers wait two seconds for a connection before they are refused.
    public static readonly Disruption PoolDrained = new("pool_drained", (place, dice, ct) => FaultAsync(place, "pool_drained", TimeSpan.FromSeconds(2) + For(dice), ct));

    public static readonly Disruption RelayStalled = new("relay_stalled", (place, dice, ct) => FaultAsync(place, "relay_stalled", For(dice), ct));

    public static readonly Disruption DiskFull = new("disk_full", async (place, dice, ct) =>
    {
        try
        {
            place.Disk.Fill();
            await Task.Delay(For(dice), ct);
        }
        finally
        {
            place.Disk.Clear();
        }
    });

    // Of a request and its answer, each in one or two pieces, and of a statement and its rows: some four out of ten requests are hit.
    public static readonly Disruption CustomersCut = new("customers_cut", (place, dice, ct) => TearAsync(place.ToHost, 0.2, dice, ct));

    public static readonly Disruption SessionsCut = new("sessions_cut", (place, dice, ct) => TearAsync(place.ToDatabase, 0.05, dice, ct));

    public static IReadOnlyList<Disruption> All { get; } = [HostKilled, PostgresKilled, PoolDrained, RelayStalled, DiskFull, CustomersCut, SessionsCut];

    private static TimeSpan For(SeededRandom dice) => TimeSpan.FromMilliseconds(dice.Between(1000, 3000));

    private static async Task FaultAsync(StormEnvironment place, string fault, TimeSpan lasts, CancellationToken ct)
    {
        // Its own end is later than ours, and there for the case that we do not come back.
        await place.Hosts.FaultAsync(fault, new { @for = "00:01:00" }, ct);
        await Task.Delay(lasts, ct);
        await place.Hosts.NoFaultAsync(fault, ct);
    }

    private static async Task TearAsync(Wire line, double share, SeededRandom dice, CancellationToken ct)
    {
        var (chance, turn) = (new SeededRandom(dice.NextSeed()), new Lock());
        line.Tear(() =>
        {
            lock (turn)
                return chance.Chance(share);
        });
        try
        {
            await Task.Delay(For(dice), ct);
        }
        finally
        {
            line.Mend();
        }
    }
}
