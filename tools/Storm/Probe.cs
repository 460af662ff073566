using System.Diagnostics;
using ECommerce.Traffic;

namespace ECommerce.Storm;

/// <summary>
/// A probe customer, who repeats an order to measure whether the shop serves, and an administrator, who adds stock in small deliveries.
/// Their requests are in the journal like all others.
/// </summary>
internal sealed class Probe(Uri shop, Journal journal) : IDisposable
{
    private static readonly TimeSpan BetweenDeliveries = TimeSpan.FromMilliseconds(400);

    private readonly Traffic.Shop _shop = new(shop, journal);
    private readonly CustomerLedger _books = new(journal);
    private string? _token;
    private string? _admin;
    private Guid _product;

    /// <summary>Creates the product with its stock, and registers the customer.</summary>
    public async Task PrepareAsync(CancellationToken ct)
    {
        _admin = await LogInAsync(HostSettings.AdminEmail, HostSettings.AdminPassword, ct);
        var product = new
        {
            sku = $"STORM-{Guid.NewGuid():N}"[..20],
            name = "Lantern",
            description = "Burns in any wind.",
            category = "outdoors",
            price = new { amount = 12.50m, currency = "EUR" },
            stock = 1_000_000,
        };
        _product = (await DoneAsync(new("CreateProduct", HttpMethod.Post, "/api/products", product, _admin), ct)).Body.GetProperty("id").GetGuid();
        var (email, password) = ($"{Guid.NewGuid():N}@storm.example", $"storm {Guid.NewGuid():N}");
        _books.EnterUser(await DoneAsync(new("RegisterUser", HttpMethod.Post, "/api/users", new { email, name = "Storm", password }), ct));
        _token = await LogInAsync(email, password, ct);
    }

    /// <returns>Whether the order was acknowledged.</returns>
    public async Task<bool> IsServedAsync(CancellationToken ct)
    {
        var lines = new[] { new { productId = _product, quantity = 1 } };
        var placed = await SendAsync(new("PlaceOrder", HttpMethod.Post, "/api/orders", new { lines }, _token, Guid.CreateVersion7()), ct);
        _books.Enter(placed);
        return placed.IsOk;
    }

    /// <summary>Adds stock until cancelled; a request without an answer is repeated under the same key.</summary>
    public async Task DeliverAsync(CancellationToken ct)
    {
        try
        {
            for (var number = 1; ; number++)
            {
                var (key, delta) = (Guid.CreateVersion7(), 1 + (number % 7));
                var request = new Request("AdjustStock", HttpMethod.Post, $"/api/products/{_product}/stock", new { delta, reason = "oil for lanterns" }, _admin, key);
                Answer answer;
                do
                {
                    await Task.Delay(BetweenDeliveries, ct);
                    answer = await SendAsync(request, ct);
                    _books.EnterStock(answer, key, _product, delta);
                }
                while (answer.IsError);
            }
        }
        catch (OperationCanceledException)
        {
            // The storm is over.
        }
    }

    public void Dispose() => _shop.Dispose();

    private async Task<string> LogInAsync(string email, string password, CancellationToken ct) =>
        (await DoneAsync(new("Login", HttpMethod.Post, "/api/users/login", new { email, password }), ct)).Body.GetProperty("token").GetString()!;

    private async Task<Answer> DoneAsync(Request request, CancellationToken ct)
    {
        var answer = await SendAsync(request, ct);
        return answer.IsOk ? answer : throw new StormException($"{request.Operation} was answered {answer.Status} {answer.Code} before any trouble had come.");
    }

    private Task<Answer> SendAsync(Request request, CancellationToken ct) => _shop.SendAsync(request, ActivityTraceId.CreateRandom().ToHexString(), ct);
}
