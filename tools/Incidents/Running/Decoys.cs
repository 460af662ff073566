using System.Net.Http.Json;
using Dapper;
using ECommerce.Incidents.Planning;
using Npgsql;

namespace ECommerce.Incidents.Running;

/// <summary>Makes the harmless events of a plan happen.</summary>
internal static class Decoys
{
    private const string LostAddress = "198.51.100.24";
    private static readonly TimeSpan BurstLasts = TimeSpan.FromSeconds(20);

    /// <summary>The operations at the management listener that the decoys of a plan do.</summary>
    public static int OperationsOf(Plan plan) => plan.Decoys.Count(decoy => decoy.Kind == Decoy.LogLevel);

    public static Task PrepareAsync(Plan plan, Arena arena, CancellationToken ct) =>
        plan.Decoys.Any(decoy => decoy.Kind == Decoy.GoodRelease) ? arena.CompileAsync(null, ct) : Task.CompletedTask;

    public static Task HappenAsync(Decoy decoy, Arena arena, CancellationToken ct) => decoy.Kind switch
    {
        Decoy.GoodRelease => arena.ReleaseAsync(null, ct),
        Decoy.LogLevel => MoveLogLevelAsync(arena, ct),
        Decoy.Burst => BurstAsync(arena, ct),
        Decoy.Vacuum => VacuumAsync(arena, ct),
        Decoy.LostClient => LoseAsync(arena, ct),
        _ => throw new ArgumentOutOfRangeException(nameof(decoy), decoy.Kind, "There is no such decoy."),
    };

    private static async Task MoveLogLevelAsync(Arena arena, CancellationToken ct)
    {
        using var operators = new HttpClient { BaseAddress = arena.Management, DefaultRequestHeaders = { { "X-Management-Key", arena.ManagementKey } } };
        using var answer = await operators.PutAsJsonAsync("/ops/log-levels/products", new { level = "Debug", @for = "00:02:00" }, ct);
        answer.EnsureSuccessStatusCode();
    }

    private static async Task BurstAsync(Arena arena, CancellationToken ct)
    {
        var customers = arena.StartCustomers(2, "browse=1", 1);
        await Task.Delay(BurstLasts, ct);
        await customers.SignalAsync("TERM");
        await customers.WaitForExitAsync(ct);
    }

    private static async Task VacuumAsync(Arena arena, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(arena.Administrator);
        foreach (var table in (string[])["orders.orders", "orders.order_lines", "products.reservations"])
            await connection.ExecuteAsync(new CommandDefinition($"VACUUM (ANALYZE) {table}", cancellationToken: ct));
    }

    private static async Task LoseAsync(Arena arena, CancellationToken ct)
    {
        using var client = arena.ClientAt(LostAddress, "Mozilla/5.0 (compatible; LinkChecker/2.1)");
        foreach (var path in (string[])["/wp-login.php", "/index.html", "/api/product", "/favicon.ico", "/robots.txt", "/shop", "/api/products/none"])
        {
            using var answer = await client.GetAsync(path, ct);
            await Task.Delay(TimeSpan.FromMilliseconds(300), ct);
        }
    }
}
