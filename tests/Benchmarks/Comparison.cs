using System.Globalization;
using System.Text.Json;
using Dapper;
using ECommerce.Platform.Data;
using ECommerce.Platform.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>
/// The shop against its bare twin: the same requests in turn, round by round in one run, so that the ratio holds when the machine's
/// speed drifts. Each has a database of its own in one PostgreSQL with its durability on.
/// </summary>
internal static class Comparison
{
    private const string Email = "bench@shop.example";
    private const string Password = "a benchmark's password";

    public static async Task<int> RunAsync(Options options)
    {
        var folder = Directory.CreateTempSubdirectory("ecommerce-bench-");
        File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
        try
        {
            await using var cluster = await PostgresCluster.StartAsync(
                new(Path.Combine(folder.FullName, "postgres")) { MaxConnections = 200 }, NullLogger.Instance, CancellationToken.None);
            var key = SigningKey.NewPem();
            var shopDatabase = await NewDatabaseAsync(cluster, "shop");
            var twinDatabase = await NewDatabaseAsync(cluster, "twin");
            // The twin has no migrations: the shop opens once in its database, and leaves it the same catalogue.
            await using (await Contender.ShopAsync(twinDatabase, folder.FullName, key))
                await FillShelvesAsync(twinDatabase);

            await using var shop = await Contender.ShopAsync(shopDatabase, folder.FullName, key);
            await FillShelvesAsync(shopDatabase);
            await using var twin = await Contender.TwinAsync(twinDatabase, folder.FullName, key);
            var scenarios = await Scenario.AllAsync(folder.FullName, await LogInAsync(shop), await ProductsAsync(shopDatabase));

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Environment.ProcessorCount} cores, {options.Connections} connections, {options.Rounds} rounds of {options.Seconds} s each, in turn; medians."));
            foreach (var scenario in scenarios)
                await new Duel(scenario, shop, twin, options).RunAsync();
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> NewDatabaseAsync(PostgresCluster cluster, string name)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.ExecuteAsync($"CREATE DATABASE {name}");
        return new NpgsqlConnectionStringBuilder(cluster.ConnectionString) { Database = name }.ConnectionString;
    }

    private static async Task FillShelvesAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.ExecuteAsync("UPDATE products.stock SET on_hand = 1000000000");
    }

    private static async Task<IReadOnlyList<Guid>> ProductsAsync(string database)
    {
        await using var connection = new NpgsqlConnection(database);
        return [.. await connection.QueryAsync<Guid>("SELECT id FROM products.products ORDER BY id")];
    }

    private static async Task<string> LogInAsync(Contender shop)
    {
        using var http = new HttpClient { BaseAddress = new(shop.Address) };
        (await http.PostAsJsonAsync("/api/users", new { Email, Name = "A Benchmark", Password })).EnsureSuccessStatusCode();
        var answer = await http.PostAsJsonAsync("/api/users/login", new { Email, Password });
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }
}
