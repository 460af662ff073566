using System.Text.Json;
using System.Text.Json.Nodes;

namespace ECommerce.Tools.Tests.Storm;

/// <summary>A journal as honest customers keep it, of a few things that have happened in a real shop, to be forged line by line.</summary>
internal sealed class AuditedJournal
{
    private readonly string _database;
    private readonly List<JsonObject> _writes = [];
    private readonly List<JsonObject> _requests = [];
    private readonly List<JsonObject> _storm = [];

    private AuditedJournal(string database) => _database = database;

    public JsonObject PaidOrder => _writes.Single(write => (string?)write["status"] == "paid");

    public JsonObject CancelledOrder => _writes.Single(write => (string?)write["status"] == "cancelled");

    public JsonObject User => _writes.First(write => (string?)write["what"] == "user");

    public JsonObject Delivery => _writes.Single(write => (string?)write["what"] == "stock");

    public JsonObject Trouble => _storm.Single(line => (string?)line["what"] == "trouble");

    public JsonObject Request(string operation) => _requests.First(request => (string?)request["operation"] == operation);

    public JsonObject Counted(string method, string route) =>
        _storm.Single(line => (string?)line["what"] == "scrape")["series"]!.AsArray().Select(series => series!.AsObject())
            .Single(series => (string?)series["method"] == method && (string?)series["route"] == route);

    public void Forget(JsonObject line) => _ = _writes.Remove(line) || _requests.Remove(line) || _storm.Remove(line);

    public AuditedJournal Copy()
    {
        var copy = new AuditedJournal(_database);
        copy._writes.AddRange(_writes.Select(line => line.DeepClone().AsObject()));
        copy._requests.AddRange(_requests.Select(line => line.DeepClone().AsObject()));
        copy._storm.AddRange(_storm.Select(line => line.DeepClone().AsObject()));
        return copy;
    }

    /// <summary>Two orders, one paid and one paid and cancelled, and a delivery.</summary>
    public static async Task<AuditedJournal> OfAsync(ShopFixture shop)
    {
        var journal = new AuditedJournal(shop.ConnectionString);
        var began = DateTimeOffset.UtcNow;
        journal.Entered("storm", new { what = "life", number = 1, started = began.AddSeconds(-1), ended = (DateTimeOffset?)null, killed = false });
        var product = await shop.Given.AProductAsync(stock: 10);
        var customer = await shop.Given.ACustomerAsync();
        journal.Entered("writes", new { what = "user", userId = customer.Id, at = began, traceId = "" });
        journal.Sent(began, "RegisterUser", "POST", "/api/users", 201);
        foreach (var isCancelled in (bool[])[false, true])
        {
            var order = await shop.Given.APaidOrderAsync(customer, (product, 2));
            journal.Sent(began, "PlaceOrder", "POST", "/api/orders", 201, order.Id);
            journal.Ordered(order, "placed", began);
            journal.Sent(began, "PayOrder", "POST", "/api/orders/:id/pay", 200);
            if (!isCancelled)
            {
                journal.Ordered(order, "paid", began);
                continue;
            }

            (await shop.PostAsync($"/api/orders/{order.Id}/cancel", by: customer)).Status.ShouldBe(200);
            journal.Sent(began, "CancelOrder", "POST", "/api/orders/:id/cancel", 200);
            journal.Ordered(order, "cancelled", began);
        }

        var key = Guid.CreateVersion7();
        (await shop.PostAsync($"/api/products/{product.Id}/stock", new { delta = 5, reason = "a delivery" }, await shop.Given.AdminAsync(), ("Idempotency-Key", key.ToString())))
            .Status.ShouldBe(200);
        journal.Sent(began, "AdjustStock", "POST", "/api/products/:id/stock", 200, key);
        journal.Entered("writes", new { what = "stock", key, productId = product.Id, delta = 5, at = began, traceId = "" });
        await shop.SettleAsync();

        var scraped = began.AddSeconds(5);
        var series = journal._requests.GroupBy(request => ((string?)request["method"], (string?)request["route"], (int)request["status"]!))
            .Select(group => new { method = group.Key.Item1, route = group.Key.Item2, status = group.Key.Item3, count = group.Count() });
        journal.Entered("storm", new { what = "scrape", life = 1, began = scraped, ended = scraped, series });
        journal.Entered("storm", new { what = "trouble", kind = "host_killed", began, ended = began, recovered = began });
        return journal;
    }

    /// <summary>Runs the audit on it, and on its shop's database when no other is named.</summary>
    public async Task<(int ExitCode, string[] Said, string Error)> AuditAsync(string? database = null)
    {
        var folder = Directory.CreateTempSubdirectory("ec-journal-");
        try
        {
            Write(folder, "traffic.writes.jsonl", _writes);
            Write(folder, "traffic.requests.jsonl", _requests);
            Write(folder, "storm.jsonl", _storm);
            return await AuditAsync(folder, database ?? _database);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Runs the audit on what is in a folder.</summary>
    public static async Task<(int ExitCode, string[] Said, string Error)> AuditAsync(DirectoryInfo folder, string database)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var exitCode = await Audit.CommandLine.RunAsync(
            ["--database", database, "--journal", folder.FullName, "--settle", "0"], output, error, CancellationToken.None);
        return (exitCode, output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), error.ToString());
    }

    private static void Write(DirectoryInfo folder, string name, IEnumerable<JsonObject> lines) =>
        File.WriteAllLines(Path.Combine(folder.FullName, name), lines.Select(line => line.ToJsonString()));

    private void Ordered(Order order, string status, DateTimeOffset at) => Entered("writes", new
    {
        what = "order",
        status,
        orderId = order.Id,
        userId = order.Customer.Id,
        amount = order.Total,
        currency = "EUR",
        at,
        traceId = "",
    });

    private void Sent(DateTimeOffset at, string operation, string method, string route, int status, Guid? key = null) =>
        Entered("requests", new { started = at, ended = at.AddMilliseconds(20), operation, method, route, status, failed = (string?)null, key });

    private void Entered(string file, object line) =>
        (file switch { "writes" => _writes, "requests" => _requests, _ => _storm }).Add(JsonSerializer.SerializeToNode(line, JsonSerializerOptions.Web)!.AsObject());
}
