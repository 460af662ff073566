using System.Text.Json;
using Dapper;
using ECommerce.EmbeddedPostgres;
using ECommerce.Web;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace ECommerce.Benchmarks;

/// <summary>
/// The shared environment of the benchmark: a durable PostgreSQL, a collector that discards everything, and a template database with
/// products, stock and a customer, of which each program gets a copy. Dispose stops everything.
/// </summary>
internal sealed class Venue : IAsyncDisposable
{
    private const string Email = "bench@shop.example";
    private const string Password = "a benchmark's password";
    private const string Template = "template_shop";

    private readonly List<Contender> _contenders = [];
    private readonly Bench _bench;
    private readonly PostgresCluster _cluster;
    private readonly Collector _collector;
    private readonly string _key = SigningKey.NewPem();

    private Venue(Bench bench, DirectoryInfo folder, PostgresCluster cluster, Collector collector) =>
        (_bench, Folder, _cluster, _collector) = (bench, folder, cluster, collector);

    public DirectoryInfo Folder { get; }

    public IReadOnlyList<Contender> Contenders => _contenders;

    /// <summary>The levels of observability; the last is the complete shop.</summary>
    public IReadOnlyList<Watching> Steps => Watching.Steps(_collector.Address);

    /// <summary>The customer's token, good for every contender.</summary>
    public string Token { get; private set; } = "";

    /// <summary>The CPU time of PostgreSQL so far, that of all contenders together.</summary>
    public TimeSpan PostgresCpu => ProcessorTime.OfTree(_cluster.ProcessId);

    /// <exception cref="BenchmarkException">A program does not start.</exception>
    public static async Task<Venue> OpenAsync(Bench bench)
    {
        bench.Progress.Say($"PostgreSQL starts in a temporary folder. Ctrl-C stops everything.");
        var venue = await StartAsync(bench, Directory.CreateTempSubdirectory("ecommerce-bench-"));
        try
        {
            await venue.PrepareAsync();
            return venue;
        }
        catch
        {
            await venue.DisposeAsync();
            throw;
        }
    }

    public async Task<Contender> EnterTwinAsync()
    {
        _bench.Progress.Say($"The twin starts.");
        var twin = await Contender.TwinAsync(await NewDatabaseAsync("twin"), Folder.FullName, _key, _bench.Closing);
        _contenders.Add(twin);
        return twin;
    }

    /// <param name="watching">How much of it is observed, and its name.</param>
    /// <param name="build">The folder of the build to run; this one when null.</param>
    /// <param name="prepare">What to do to its database first.</param>
    public async Task<Contender> EnterShopAsync(Watching watching, string? build = null, Func<NpgsqlConnection, Task>? prepare = null)
    {
        _bench.Progress.Say($"The shop '{watching.Name}' starts.");
        var database = await NewDatabaseAsync($"shop{_contenders.Count}");
        if (prepare is not null)
        {
            await using var connection = new NpgsqlConnection(database);
            await prepare(connection);
        }

        var shop = await Contender.ShopAsync(watching, database, Folder.FullName, _key, build, _bench.Closing);
        _contenders.Add(shop);
        return shop;
    }

    /// <summary>Starts several hosts on one copy of the database.</summary>
    /// <param name="name">The name of the database, and of the shop for the progress.</param>
    /// <param name="hosts">How much of each host is observed, and the settings that distinguish it.</param>
    /// <param name="build">The folder of the build to run; this one when null.</param>
    public async Task<IReadOnlyList<Contender>> EnterHostsAsync(string name, IReadOnlyList<Watching> hosts, string? build = null)
    {
        _bench.Progress.Say($"The shop '{name}' starts: {hosts.Count} {(hosts.Count == 1 ? "host" : "hosts")}.");
        var database = await NewDatabaseAsync($"shop{_contenders.Count}");
        List<Contender> started = [];
        foreach (var host in hosts)
        {
            started.Add(await Contender.ShopAsync(host, database, Folder.FullName, _key, build, _bench.Closing));
            _contenders.Add(started[^1]);
        }

        return started;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var contender in _contenders)
            await contender.DisposeAsync();
        await _collector.DisposeAsync();
        await _cluster.DisposeAsync();
        Folder.Delete(recursive: true);
    }

    private static async Task<Venue> StartAsync(Bench bench, DirectoryInfo folder)
    {
        try
        {
            File.SetUnixFileMode(folder.FullName, File.GetUnixFileMode(folder.FullName) | UnixFileMode.OtherExecute | UnixFileMode.OtherRead);
            var cluster = await PostgresCluster.StartAsync(
                new(Path.Combine(folder.FullName, "postgres")) { MaxConnections = 600 }, NullLogger.Instance, bench.Closing);
            return new(bench, folder, cluster, await Collector.StartAsync());
        }
        catch
        {
            folder.Delete(recursive: true);
            throw;
        }
    }

    // The first shop opens, registers the customer and closes; everybody else gets a copy of its database.
    private async Task PrepareAsync()
    {
        var template = await NewDatabaseAsync(Template, "template1");
        _bench.Progress.Say($"A first shop opens and registers the customer; each program gets a copy of its database.");
        await using (var shop = await Contender.ShopAsync(Steps[^1], template, Folder.FullName, _key, build: null, _bench.Closing))
        {
            Token = await LogInAsync(shop);
            await shop.StopAsync();
        }

        await using (var connection = new NpgsqlConnection(template))
            await connection.ExecuteAsync(PrepareShelves);
        NpgsqlConnection.ClearAllPools();
    }

    private async Task<string> NewDatabaseAsync(string name, string template = Template)
    {
        await using var connection = new NpgsqlConnection(_cluster.ConnectionString);
        await connection.ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {template}");
        return new NpgsqlConnectionStringBuilder(_cluster.ConnectionString) { Database = name }.ConnectionString;
    }

    // One token stands for as many customers as there are orders: nobody has ten thousand unpaid orders, and what one customer holds is counted
    // at each order. Other columns of the row are as the contender writes them.
    private const string PrepareShelves = """
        UPDATE products.stock SET on_hand = 1000000000;
        CREATE FUNCTION public.of_a_customer_of_its_own() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.user_id := gen_random_uuid(); RETURN NEW; END $$;
        CREATE TRIGGER of_a_customer_of_its_own BEFORE INSERT ON orders.orders FOR EACH ROW EXECUTE FUNCTION public.of_a_customer_of_its_own();
        """;

    private static async Task<string> LogInAsync(Contender shop)
    {
        using var http = new HttpClient { BaseAddress = new(shop.Address) };
        (await http.PostAsJsonAsync("/api/users", new { Email, Name = "A Benchmark", Password })).EnsureSuccessStatusCode();
        var answer = await http.PostAsJsonAsync("/api/users/login", new { Email, Password });
        return (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>()).GetProperty("token").GetString()!;
    }
}
