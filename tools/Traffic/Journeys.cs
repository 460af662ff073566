using System.Text.Json;

namespace ECommerce.Traffic;

/// <param name="Weight">How often it is chosen, against the others.</param>
internal sealed record Journey(string Name, double Weight, Func<Visitor, Task> WalkAsync, bool NeedsAdmin = false);

/// <summary>What customers come for. Each is a story of steps with pauses between them; a refusal may end it, and a broken shop always does.</summary>
internal static class Journeys
{
    public static readonly Journey Browse = new("browse", 50, BrowseAsync);
    public static readonly Journey Buy = new("buy", 30, BuyAsync);
    public static readonly Journey LookBack = new("look-back", 12, LookBackAsync);
    public static readonly Journey ChangeMind = new("change-mind", 4, ChangeMindAsync);
    public static readonly Journey Join = new("join", 2, JoinAsync);
    public static readonly Journey Restock = new("restock", 2, RestockAsync, NeedsAdmin: true);

    public static IReadOnlyList<Journey> All { get; } = [Browse, Buy, LookBack, ChangeMind, Join, Restock];

    public static string UsualMix { get; } = string.Join(',', All.Select(journey => $"{journey.Name}={journey.Weight}"));

    /// <summary>Leafs through the catalogue and looks at a thing or two. Most people buy nothing.</summary>
    private static async Task BrowseAsync(Visitor visitor)
    {
        var page = await ListAsync(visitor, "limit=20");
        if (page.Next is { } next && visitor.SeededRandom.Chance(0.4))
        {
            await visitor.ThinkAsync();
            await ListAsync(visitor, $"limit=20&after={Uri.EscapeDataString(next)}");
        }

        for (var looks = visitor.SeededRandom.Between(1, 2); looks > 0; looks--)
        {
            await visitor.ThinkAsync();
            var found = await SearchAsync(visitor);
            if (found.Offers.Count == 0)
                continue;
            await visitor.ThinkAsync();
            await LookAtAsync(visitor, visitor.SeededRandom.Pick(found.Offers));
        }
    }

    /// <summary>Finds something, orders it, pays, and looks at the order once more.</summary>
    private static async Task BuyAsync(Visitor visitor)
    {
        await visitor.SignInAsync();
        if (await OrderSomethingAsync(visitor) is not { } order)
            return;

        await visitor.ThinkAsync();
        var card = visitor.SeededRandom.Pick(Cards, card => card.Weight).Method;
        var paid = await PayAsync(visitor, order, card);
        if (paid.Status == 402 && visitor.SeededRandom.Chance(0.5))
        {
            await visitor.ThinkAsync();
            await PayAsync(visitor, order, "card");
        }

        await visitor.ThinkAsync();
        await visitor.GetAsync("GetOrder", $"/api/orders/{order}");
    }

    /// <summary>Comes back to see what has become of the own orders.</summary>
    private static async Task LookBackAsync(Visitor visitor)
    {
        await visitor.SignInAsync();
        var list = await visitor.GetAsync("ListOrders", "/api/orders?limit=10");
        if (!list.IsOk || list.Body.GetProperty("items").EnumerateArray().ToArray() is not { Length: > 0 } orders)
            return;

        var order = visitor.SeededRandom.Pick(orders).GetProperty("id").GetGuid();
        await visitor.ThinkAsync();
        await visitor.GetAsync("GetOrder", $"/api/orders/{order}");
        await visitor.ThinkAsync();
        await visitor.GetAsync("GetOrderTimeline", $"/api/orders/{order}/timeline");
    }

    /// <summary>Orders, pays or not, and calls it off.</summary>
    private static async Task ChangeMindAsync(Visitor visitor)
    {
        await visitor.SignInAsync();
        if (await OrderSomethingAsync(visitor) is not { } order)
            return;

        if (visitor.SeededRandom.Chance(0.5))
        {
            await visitor.ThinkAsync();
            await PayAsync(visitor, order, "card");
        }

        await visitor.ThinkAsync();
        visitor.Run.CustomerLedger.Enter(await visitor.PostAsync("CancelOrder", $"/api/orders/{order}/cancel"));
    }

    /// <summary>Registers, logs in, looks at the own account, and goes shopping with the eyes.</summary>
    private static async Task JoinAsync(Visitor visitor)
    {
        if (await visitor.RegisterAsync() is not { } customer)
            return;
        await visitor.ThinkAsync();
        if (!await visitor.LogInAsync(customer))
            return;

        visitor.Me = customer;
        await visitor.GetAsync("GetCurrentUser", "/api/users/me");
        await visitor.ThinkAsync();
        await SearchAsync(visitor);
    }

    /// <summary>The administrator fills the shelves that are empty, and those before which somebody stood in vain.</summary>
    private static async Task RestockAsync(Visitor visitor)
    {
        await visitor.SignInAsAdminAsync();
        var empty = await ListAsync(visitor, "inStock=false&limit=5");
        HashSet<Guid> shelves = [.. empty.Offers.Select(offer => offer.Id), .. visitor.Run.Shortages.TakeAll()];
        foreach (var shelf in shelves)
        {
            await visitor.ThinkAsync();
            var (key, delta) = (Guid.CreateVersion7(), visitor.SeededRandom.Between(5, 20) * 10);
            var adjusted = await visitor.PostAsync("AdjustStock", $"/api/products/{shelf}/stock",
                new { delta, reason = $"Delivery from {visitor.Data.Company.CompanyName()}" }, key);
            visitor.Run.CustomerLedger.EnterStock(adjusted, key, shelf, delta);
        }
    }

    // The simulated provider charges the first, declines the second, and answers too late for the third.
    private static readonly (string Method, double Weight)[] Cards = [("card", 90), ("declined_card", 7), ("slow_card", 3)];

    /// <returns>The order's id; null when there was nothing to buy, or not enough of it.</returns>
    private static async Task<Guid?> OrderSomethingAsync(Visitor visitor)
    {
        var found = await SearchAsync(visitor);
        Offer[] inStock = [.. found.Offers.Where(offer => offer.Available > 0)];
        if (inStock.Length == 0)
            return null;
        var chosen = visitor.SeededRandom.Pick(inStock);
        await visitor.ThinkAsync();
        await LookAtAsync(visitor, chosen);

        await visitor.ThinkAsync();
        var key = Guid.CreateVersion7();
        var placed = await visitor.PostAsync("PlaceOrder", "/api/orders",
            new { lines = new[] { new { productId = chosen.Id, quantity = visitor.SeededRandom.Between(1, 3) } } }, key);
        visitor.Run.CustomerLedger.Enter(placed);
        if (placed.Code == "orders.insufficient_stock")
            visitor.Run.Shortages.Add(chosen.Id);
        return placed.IsOk ? key : null;
    }

    private static async Task<Answer> PayAsync(Visitor visitor, Guid order, string method)
    {
        var paid = await visitor.PostAsync("PayOrder", $"/api/orders/{order}/pay", new { method });
        visitor.Run.CustomerLedger.Enter(paid);
        return paid;
    }

    /// <summary>By word, by category, or just the cheapest first; now and then for something that nobody sells.</summary>
    private static Task<Shelf> SearchAsync(Visitor visitor) => visitor.SeededRandom.Between(1, 10) switch
    {
        <= 4 when visitor.Run.Catalogue.Words.Count > 0 => ListAsync(visitor, $"search={Uri.EscapeDataString(visitor.SeededRandom.Pick(visitor.Run.Catalogue.Words))}"),
        <= 7 when visitor.Run.Catalogue.Categories.Count > 0 => ListAsync(visitor, $"category={visitor.SeededRandom.Pick(visitor.Run.Catalogue.Categories)}&inStock=true"),
        8 => ListAsync(visitor, $"search={Uri.EscapeDataString(visitor.Data.Commerce.ProductAdjective())}"),
        _ => ListAsync(visitor, "sort=price&inStock=true"),
    };

    private static async Task LookAtAsync(Visitor visitor, Offer offer)
    {
        await visitor.GetAsync("GetProduct", $"/api/products/{offer.Id}");
        if (visitor.SeededRandom.Chance(0.5))
            await visitor.GetAsync("GetStock", $"/api/products/{offer.Id}/stock");
    }

    private static async Task<Shelf> ListAsync(Visitor visitor, string query) =>
        Shelf.Read((await visitor.GetAsync("ListProducts", $"/api/products?{query}")).Body);
}

internal sealed record Offer(Guid Id, string Name, string Category, int Available);

/// <summary>One page of the catalogue.</summary>
internal sealed record Shelf(IReadOnlyList<Offer> Offers, string? Next)
{
    /// <returns>An empty one when the list was refused.</returns>
    public static Shelf Read(JsonElement page) => page.ValueKind is JsonValueKind.Object && page.TryGetProperty("items", out var items)
        ? new([.. items.EnumerateArray().Select(item => new Offer(
            item.GetProperty("id").GetGuid(), item.GetProperty("name").GetString()!, item.GetProperty("category").GetString()!, item.GetProperty("available").GetInt32()))],
            page.GetProperty("next").GetString())
        : new([], Next: null);
}
