using System.Globalization;
using System.Text.Json;
using Dapper;
using ECommerce.Platform.Data;
using ECommerce.Platform.Security;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>
/// The shop, observed in more and more ways, against its bare twin: the same requests in turn, round by round in one run, so that the ratio
/// holds when the machine's speed drifts. Each has a database of its own in one PostgreSQL with its durability on.
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
                new(Path.Combine(folder.FullName, "postgres")) { MaxConnections = 600 }, NullLogger.Instance, CancellationToken.None);
            var key = SigningKey.NewPem();
            await using var collector = await Collector.StartAsync();

            // The first shop opens, registers the customer, fills the shelves and closes; everybody else gets a copy of its database.
            var template = await NewDatabaseAsync(cluster, "template_shop", "template1");
            string token;
            await using (var shop = await Contender.ShopAsync(Watching.Fully(collector.Address), template, folder.FullName, key))
                token = await LogInAsync(shop);
            await FillShelvesAsync(template);
            var scenarios = await Scenario.AllAsync(folder.FullName, token, await ProductsAsync(template));
            NpgsqlConnection.ClearAllPools();

            await using var everybody = new Contenders(
                await Contender.TwinAsync(await NewDatabaseAsync(cluster, "twin", "template_shop"), folder.FullName, key));
            foreach (var (number, watching) in (options.IsShort ? [Watching.Fully(collector.Address)] : Watching.Steps(collector.Address)).Index())
                everybody.Add(await Contender.ShopAsync(watching, await NewDatabaseAsync(cluster, $"shop{number}", "template_shop"), folder.FullName, key));

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Environment.ProcessorCount} cores, {options.Connections} connections, {options.Rounds} rounds of {options.Seconds} s each, in turn; medians."));
            if (!options.IsShort)
                await Instruments.RunAsync();
            foreach (var scenario in scenarios.Where(scenario => scenario.Name.Contains(options.Scenario, StringComparison.OrdinalIgnoreCase)))
                await new Tournament(scenario, everybody, options).RunAsync();
            return 0;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> NewDatabaseAsync(PostgresCluster cluster, string name, string template)
    {
        await using var connection = new NpgsqlConnection(cluster.ConnectionString);
        await connection.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
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

    /// <summary>All processes of one run; they end together.</summary>
    private sealed class Contenders(Contender twin) : List<Contender>([twin]), IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            foreach (var contender in this)
                await contender.DisposeAsync();
        }
    }
}
