using ECommerce.Host;
using Npgsql;

namespace ECommerce.Gallery.Tests;

/// <summary>What a host says of the same small trade: twenty customers, each with an order of five lines, a look at it and a payment.</summary>
internal sealed class Trade
{
    public const int Customers = 20;

    private const int Lines = 5;

    private static readonly string[] EveryFifthIsDeclined = ["card", "card", "card", "card", "declined_card"];

    private readonly string[] _page;
    private readonly string[] _log;

    private Trade(string[] page, string[] log) => (_page, _log) = (page, log);

    /// <summary>Counts what a row of a page counts.</summary>
    public long Count(string what, string name) => what switch
    {
        "series of" => _page.Count(line => line.StartsWith($"{name}{{", StringComparison.Ordinal) || line.StartsWith($"{name} ", StringComparison.Ordinal)),
        "samples of histogram" => _page.Count(line => new[] { "_bucket", "_sum", "_count" }.Any(part => line.StartsWith($"{name}{part}", StringComparison.Ordinal))),
        "log lines with" => _log.Count(line => line.Contains(name, StringComparison.Ordinal)),
        _ => throw new FormatException($"Nobody counts '{what}'."),
    };

    /// <summary>Runs a host of this build, trades with it, and stops it.</summary>
    public static async Task<Trade> WithAsync(string dll)
    {
        var folder = Directory.CreateTempSubdirectory("ec-gallery-trade-");
        var database = await TestCluster.NewDatabaseAsync();
        try
        {
            await using var shop = HostProcess.StartBuild(dll, folder.FullName, [],
            [
                .. HostProcess.WithoutQuotas,
                ("ConnectionStrings__ECommerce", database), ("Logging__Format", "Json"), ("Passwords__Iterations", "10000"),
                ("Limits__RegistrationBurst", "1000"), ("Bootstrap__AdminEmail", Given.AdminEmail), ("Bootstrap__AdminPassword", Given.AdminPassword),
                ("Noise__Burst", "100000"), ("Noise__RequestsPerSecond", "100000"),
            ]);
            await shop.WaitUntilReadyAsync();
            await RunAsync(shop);
            // What follows from the trade has been done, too.
            await Eventually.TrueAsync(async () => !await IsPendingAsync(database), "every event is delivered");
            var page = await shop.Management.GetStringAsync("/metrics");
            await shop.TerminateAsync();
            return new(page.Split('\n'), [.. shop.Output]);
        }
        finally
        {
            await TestCluster.DropAsync(database);
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(HostProcess shop)
    {
        List<(Product, int)> products = [];
        for (var line = 0; line < Lines; line++)
            products.Add((await shop.Given.AProductAsync(stock: 1000), 1));
        for (var number = 0; number < Customers; number++)
        {
            var customer = await shop.Given.ACustomerAsync();
            var order = await shop.Given.AnOrderAsync(customer, [.. products]);
            await shop.GetAsync($"/api/orders/{order.Id}", customer);
            await shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = EveryFifthIsDeclined[number % EveryFifthIsDeclined.Length] }, customer);
            await shop.PostAsync($"/api/orders/{order.Id}/ship", by: await shop.Given.AdminAsync());
        }
    }

    private static async Task<bool> IsPendingAsync(string database)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand($"SELECT EXISTS ({string.Join(" UNION ALL ", ShopModules.Names.Select(module => $"SELECT FROM {module}.outbox"))})");
        return (bool)(await command.ExecuteScalarAsync())!;
    }
}
