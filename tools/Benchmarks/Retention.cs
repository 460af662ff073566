using System.Globalization;
using Dapper;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>
/// Measures whether the database grows while one customer orders and cancels without a pause. Retentions are a second instead of seven days
/// (a minute for the inbox), and the hourly limit is off.
/// </summary>
internal static class Retention
{
    private const int Looks = 12;
    private const double Megabyte = 1024 * 1024;

    private static readonly (string, string)[] Accelerated =
    [
        ("Orders__CancelledRetention", "00:00:01"), ("Orders__PurgeInterval", "00:00:01"), ("Products__ReservationLifetime", "00:00:01"),
        ("Products__ReservationRetention", "00:00:01"), ("Products__PurgeInterval", "00:00:01"), ("Outbox__InboxRetention", "00:01:00"),
    ];

    /// <returns>Whether all requests were served.</returns>
    public static async Task<bool> RunAsync(Bench bench)
    {
        var settings = bench.Settings;
        await using var venue = await Venue.OpenAsync(bench);
        var all = venue.Steps[^1];
        var shop = await venue.EnterShopAsync(all with { Settings = [.. all.Settings, .. Accelerated] }, prepare: async database =>
        {
            // The customer cancels what the customer placed: no order is of a customer of its own here.
            await database.ExecuteAsync("DROP TRIGGER of_a_customer_of_its_own ON orders.orders");
        });
        var scenario = await Scenario.OrderAndCancelAsync(venue.Folder, await shop.ProductsAsync(), venue.Token);
        await using var connection = new NpgsqlConnection(shop.ConnectionString);

        var each = Math.Max(1, settings.Seconds / Looks);
        bench.Progress.Say($"Orders are placed and cancelled for {each * Looks} s; the database is measured every {each} s.");
        Console.WriteLine($"{"orders",10}  {"kept",8}  {"database MB",12}  {"refused",8}");
        var (requests, refused) = (0L, 0L);
        for (var look = 1; look <= Looks; look++)
        {
            var run = await Wrk.RunAsync(new(shop.Address), scenario.Script, settings.Connections, each, bench.Closing);
            (requests, refused) = (requests + run.Requests, refused + run.Refused);
            var kept = await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM orders.orders");
            var size = await connection.ExecuteScalarAsync<long>("SELECT pg_database_size(current_database())");
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{requests / 2,10}  {kept,8}  {size / Megabyte,12:0}  {refused,8}"));
        }

        return refused == 0;
    }
}
