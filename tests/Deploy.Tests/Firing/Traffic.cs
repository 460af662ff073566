using System.Diagnostics;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>
/// Customers who come at a steady rate, whatever becomes of those before them: they look, order, pay, and look at their order. Faults that
/// customers make are switched while they come.
/// </summary>
internal sealed class Traffic : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // For all requests of a visit. The objective gives each of them half a second.
    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(400);

    private readonly CancellationTokenSource _over = new();
    private readonly ShopClient _shop;
    private readonly Customer _customer;
    private readonly Product _product;
    private readonly Product _soldOut;
    private readonly Task _coming;
    private int _inside;
    private int _quickInARow;

    private Traffic(ShopClient shop, Customer customer, Product product, Product soldOut)
    {
        (_shop, _customer, _product, _soldOut) = (shop, customer, product, soldOut);
        _coming = RunOnceAsync();
    }

    /// <summary>What everybody pays with.</summary>
    public string Card { get; set; } = "card";

    /// <summary>Whether everybody also asks for what is sold out.</summary>
    public bool AskForTooMuch { get; set; }

    /// <summary>Whether somebody guesses passwords besides.</summary>
    public bool Guess { get; set; }

    /// <summary>Whether the host has warmed up: many visits in a row, each of them far from what the objective of latency calls slow.</summary>
    public bool IsQuick => Volatile.Read(ref _quickInARow) >= 15;

    public static async Task<Traffic> StartAsync(ShopClient shop) => new(
        shop, await shop.Given.ACustomerAsync(), await shop.Given.AProductAsync(stock: 1_000_000), await shop.Given.AProductAsync(stock: 0));

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _coming;
        await Eventually.TrueAsync(() => Volatile.Read(ref _inside) == 0, "the last customer has left");
        _over.Dispose();
    }

    private async Task RunOnceAsync()
    {
        using var timer = new PeriodicTimer(Pause);
        while (!_over.IsCancellationRequested && await timer.WaitForNextTickAsync())
            _ = VisitAsync();
    }

    private async Task VisitAsync()
    {
        const int Many = 64;
        try
        {
            if (Interlocked.Increment(ref _inside) <= Many)
                await ShopAsync();
        }
        catch (HttpRequestException)
        {
            // The host is gone; the next customer tries again.
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }

    private async Task ShopAsync()
    {
        var started = Stopwatch.GetTimestamp();
        var order = Guid.CreateVersion7().ToString();
        await _shop.GetAsync("/api/products?limit=5");
        await _shop.GetAsync("/api/users/me", _customer);
        await _shop.PostAsync("/api/orders", Given.Lines((_product, 1)), _customer, ("Idempotency-Key", order));
        await _shop.PostAsync($"/api/orders/{order}/pay", new { method = Card }, _customer);
        await _shop.GetAsync($"/api/orders/{order}", _customer);
        _quickInARow = Stopwatch.GetElapsedTime(started) < Quick ? _quickInARow + 1 : 0;
        if (AskForTooMuch)
            await _shop.PostAsync("/api/orders", Given.Lines((_soldOut, 1)), _customer);
        if (Guess)
            await _shop.PostAsync("/api/users/login", new { email = _customer.Email, password = "a wild guess" });
    }
}
