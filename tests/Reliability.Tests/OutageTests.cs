using System.Collections.Concurrent;
using System.Diagnostics;

namespace ECommerce.Reliability.Tests;

/// <summary>The database goes away under a host that stays.</summary>
public sealed class OutageTests(ITestOutputHelper output)
{
    private const int Customers = 8;
    private const int OrdersEach = 25;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task PostgreSQL_killed_under_load_answers_503_and_no_order_is_lost_or_doubled()
    {
        await using var site = Site.Embedded(output);
        var host = await site.OpenAsync(("Limits__RequestTimeout", RequestTimeout.ToString()), ("Database__CommandTimeout", null));
        var product = await host.Given.AProductAsync(stock: 1000);
        var customers = await Task.WhenAll(Enumerable.Range(0, Customers).Select(_ => host.Given.ACustomerAsync()));
        var postmaster = Postgres.PostmasterOf(site.Folder);
        var load = new Load(host, product);

        var shopping = Task.WhenAll(customers.Select(customer => load.RunAsync(customer, OrdersEach)));
        await Eventually.TrueAsync(() => load.Placed.Count >= Customers * OrdersEach / 4, "the shop is busy");
        using (var server = Process.GetProcessById(postmaster))
            server.Kill();
        await shopping.WaitAsync(Patience);

        load.Surprises.ShouldBeEmpty();
        load.Refused.ShouldBeGreaterThan(0);
        load.Slowest.ShouldBeLessThan(RequestTimeout);
        Postgres.PostmasterOf(site.Folder).ShouldNotBe(postmaster);
        await site.BalanceAsync();
        (await site.ListAsync<Guid>("SELECT id FROM orders.orders")).ShouldBe(load.Placed, ignoreOrder: true);
        (await site.AskAsync<int>("SELECT reserved FROM products.stock WHERE product_id = @Id", new { product.Id })).ShouldBe(Customers * OrdersEach);
        (await host.Management.GetAsync("/health/ready")).IsSuccessStatusCode.ShouldBeTrue();
    }

    [Fact]
    public async Task A_table_that_is_locked_answers_503_within_the_timeout_and_serves_again_when_it_is_free()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync(("Database__CommandTimeout", "00:00:01"), ("Limits__RequestTimeout", RequestTimeout.ToString()));
        var product = await host.Given.AProductAsync();

        await using (await TableLock.TakeAsync(site.ConnectionString, "products.products"))
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await host.GetAsync($"/api/products/{product.Id}");

            (answer.Status, answer.Code).ShouldBe((503, "dependency_unavailable"));
            answer.Header("Retry-After").ShouldNotBeNull();
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(RequestTimeout);
        }

        (await host.GetAsync($"/api/products/{product.Id}")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_relay_that_was_kept_from_its_outbox_for_long_delivers_when_it_may_again()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        var host = await site.OpenAsync(
            ("Database__CommandTimeout", "00:00:01"), ("Database__AcquireTimeout", "00:00:01"), ("Database__MaxPoolSize", "4"));
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 10));

        await using (await TableLock.TakeAsync(site.ConnectionString, "orders.outbox"))
            await Eventually.TrueAsync(() => host.Output.Count(line => line.Contains("The relay of orders could not", StringComparison.Ordinal)) > 4, "the relay has failed more often than its pool has connections");

        await host.Given.APaidOrderAsync(customer, (product, 3));
        await site.BalanceAsync();
    }

    /// <summary>Customers who order one piece after another and look around in between, and what they were told.</summary>
    private sealed class Load(HostProcess host, Product product)
    {
        private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(25);

        private readonly ConcurrentQueue<string> _surprises = new();
        private readonly ConcurrentQueue<TimeSpan> _durations = new();
        private int _refused;

        /// <summary>The orders that were answered 201.</summary>
        public ConcurrentQueue<Guid> Placed { get; } = new();

        /// <summary>How often the answer was 503, as documented.</summary>
        public int Refused => _refused;

        /// <summary>Every other answer that is no success.</summary>
        public IReadOnlyCollection<string> Surprises => _surprises;

        public TimeSpan Slowest => _durations.Max();

        public async Task RunAsync(Customer customer, int orders)
        {
            for (var number = 0; number < orders; number++)
            {
                // Who is refused does not know whether the order stands, and asks again with the same key.
                var key = Guid.CreateVersion7();
                while (!await IsServedAsync(() => PlaceAsync(key, customer)))
                    await Task.Delay(Breath); // as a client would, if not for a whole second
                Placed.Enqueue(key);
                await IsServedAsync(() => host.GetAsync($"/api/products/{product.Id}"));
                await IsServedAsync(() => host.GetAsync($"/api/users/{customer.Id}", customer));
            }
        }

        private Task<Answer> PlaceAsync(Guid key, Customer customer) =>
            host.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("Idempotency-Key", key.ToString()));

        private async Task<bool> IsServedAsync(Func<Task<Answer>> ask)
        {
            var started = Stopwatch.GetTimestamp();
            var answer = await ask();
            _durations.Enqueue(Stopwatch.GetElapsedTime(started));
            if (answer.Status is 200 or 201)
                return true;
            if ((answer.Status, answer.Code) == (503, "dependency_unavailable") && answer.Header("Retry-After") is not null)
                Interlocked.Increment(ref _refused);
            else
                _surprises.Enqueue($"{answer.Status} {answer.Text}");
            return false;
        }
    }
}
