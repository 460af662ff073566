using System.Runtime.CompilerServices;
using Dapper;
using Npgsql;
using Xunit.Sdk;

namespace ECommerce.Signals.Tests.Agreement;

/// <summary>A day at the shop in seconds, at concurrency 32: what succeeds, every kind of refusal, faults, an outage, and callers who hang up.</summary>
internal sealed class Script(WatchedShop shop)
{
    public const int Concurrency = 32;

    /// <summary>How many requests may be in work at once: some visitors do three things at a time.</summary>
    public const int Places = 3 * Concurrency;

    /// <summary>More than the whole script sends before it sends too much.</summary>
    public const int Burst = 3000;

    public const int BodyBytes = 16 * 1024;

    private const int Rounds = 6;
    private const int Few = 8;
    private const string Breaks = "Breaks Everything";

    /// <summary>The time that one step may take. Seconds alone; other tests may share the machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Journeys _journeys = new(shop, Breaks);
    private int _number;

    public async Task RunAsync()
    {
        await shop.RowsAsync(BreakOnPurpose);
        await StepAsync(FillShelvesAsync);
        await StepAsync(TradeAsync);
        await StepAsync(shop.SettleAsync);
        await StepAsync(LoseTheDatabaseAsync);
        await StepAsync(HangUpWhileWaitingAsync);
        await StepAsync(HangUpWhileReadingAsync);
        await StepAsync(AskTooFastAsync);
        await StepAsync(shop.SettleAsync);
    }

    /// <exception cref="XunitException">The step is not over in time; the message names it.</exception>
    private async Task StepAsync(Func<Task> step, [CallerArgumentExpression(nameof(step))] string name = "")
    {
        try
        {
            await step().WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            var sent = shop.Sent.Counts.OrderBy(count => count.Key.Status).Select(count => $"{count.Key.Method} {count.Key.Status}: {count.Value}");
            throw new XunitException($"{name} is not over within {Patience.TotalSeconds} s. Answered so far: {string.Join(", ", sent)}");
        }
    }

    /// <summary>Pages of more than a megabyte, so that a reader can leave in the middle of one: the server escapes what is in them.</summary>
    private Task FillShelvesAsync() => ManyAsync(100, async () =>
    {
        var body = $$$"""
            {"sku": "{{{Given.NewSku()}}}", "name": "Long story", "description": "{{{new string('<', 2000)}}}", "category": "stories",
             "price": {"amount": 7.77, "currency": "EUR"}, "stock": 5}
            """;
        await shop.PostAsync("/api/products", new StringContent(body, null, "application/json"), await shop.Given.AdminAsync());
    });

    /// <summary>All journeys, mixed.</summary>
    private Task TradeAsync()
    {
        var journeys = Enumerable.Repeat(_journeys.All, Rounds).SelectMany(all => all).ToArray();
        new Random(1).Shuffle(journeys);
        return Parallel.ForEachAsync(journeys, new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (journey, _) => await journey());
    }

    /// <summary>The line is cut while everybody looks around; while it is away everything is tried.</summary>
    private async Task LoseTheDatabaseAsync()
    {
        var customer = await shop.Given.ACustomerAsync();
        var order = await shop.Given.AnOrderAsync(customer, (await shop.Given.AProductAsync(), 1));
        using var isBack = new CancellationTokenSource();
        // What was sent to be committed when the line was cut may be committed or not, and nobody could say which: so no writers yet.
        // A known outage is told within milliseconds: without a pace they would use up what the rate allows for the rest of the day.
        var lookers = ManyAsync(Concurrency, async () =>
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
            do
                await shop.GetAsync($"/api/orders/{order.Id}", customer);
            while (!isBack.IsCancellationRequested && await pace.WaitForNextTickAsync());
        });
        try
        {
            shop.Wire.Cut();
            await Eventually.TrueAsync(() => shop.Sent.Of(503) > Concurrency, "the outage is felt");
            await ManyAsync(Concurrency, () => Task.WhenAll(
                shop.PostAsync("/api/users", new { email = Given.NewEmail(), name = "Ada Tester", password = "correct horse battery" }),
                shop.PostAsync("/api/orders", new { lines = new[] { new { productId = Guid.CreateVersion7(), quantity = 1 } } }, customer),
                shop.PostAsync($"/api/orders/{order.Id}/pay", new { method = "card" }, customer),
                shop.PostAsync($"/api/orders/{order.Id}/cancel", by: customer)));
            shop.Wire.Mend();
            await Eventually.TrueAsync(async () => (await shop.GetAsync($"/api/orders/{order.Id}", customer)).Status == 200, "the outage is over");
        }
        finally
        {
            await isBack.CancelAsync();
        }

        await lookers;
    }

    /// <summary>
    /// All places are taken by requests that wait for a lock, a few more find none, and the waiting callers disconnect. All requests are sent
    /// at once, and none ends before that: exactly <see cref="Places"/> of them wait, in whatever order the host takes them in. A request that
    /// were sent later, because <c>http_active_connections</c> shows that all places are about to be taken, could take one itself and wait.
    /// </summary>
    private async Task HangUpWhileWaitingAsync()
    {
        await using var closed = new NpgsqlConnection($"{shop.ConnectionString};Pooling=false");
        await closed.OpenAsync();
        await closed.ExecuteAsync("BEGIN; LOCK TABLE products.products IN ACCESS EXCLUSIVE MODE");

        using var patience = new CancellationTokenSource();
        var callers = Enumerable.Range(0, Places + Few).Select(_ => CallAsync(patience.Token)).ToArray();
        try
        {
            await Eventually.PassesAsync(() => callers.Count(caller => caller.IsCompleted).ShouldBe(Few, "All places are taken, and each other request is refused."));
            await Eventually.PassesAsync(async () => (await shop.MetricsAsync())["http_active_connections"].ShouldBe(Places, "All places are taken."));
        }
        finally
        {
            await patience.CancelAsync();
        }

        var statuses = await Task.WhenAll(callers);
        statuses.CountBy(status => status).OrderBy(count => count.Key).ShouldBe([new(499, Places), new(503, Few)]);
        await Eventually.PassesAsync(async () => (await shop.MetricsAsync())["http_active_connections"].ShouldBe(0, "Every caller has left."));
    }

    /// <returns>The status; 499 when the caller disconnects first.</returns>
    private async Task<int> CallAsync(CancellationToken patience)
    {
        try
        {
            using var answer = await shop.Public.GetAsync("/api/products", patience);
            return (int)answer.StatusCode;
        }
        catch (OperationCanceledException)
        {
            return 499;
        }
    }

    /// <summary>Some hear the beginning of a long answer and leave.</summary>
    private Task HangUpWhileReadingAsync() => ManyAsync(Few, async () =>
    {
        using var caller = await RudeCaller.CallAsync(shop.Public.BaseAddress!, hardOfHearing: true);
        await caller.SayAsync("GET /api/products?limit=100&category=stories HTTP/1.1\r\nHost: shop\r\n\r\n");
        (await caller.HearAsync()).ShouldStartWith("HTTP/1.1 200");
        caller.HangUp();
        shop.Sent.Add("GET", 499);
    });

    /// <summary>Until the rate is told to be too high.</summary>
    private Task AskTooFastAsync() => ManyAsync(Concurrency, async () =>
    {
        while (shop.Sent.Of(429) < Concurrency)
            await shop.GetAsync($"/api/products/{Interlocked.Increment(ref _number)}");
    });

    private static Task ManyAsync(int count, Func<Task> act) =>
        Parallel.ForEachAsync(Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = Concurrency }, async (_, _) => await act());

    private const string BreakOnPurpose = $"""
        CREATE FUNCTION public.break_on_purpose() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            RAISE EXCEPTION 'broken on purpose';
        END $$;
        CREATE TRIGGER break_on_purpose BEFORE INSERT ON users.users
            FOR EACH ROW WHEN (NEW.name = '{Breaks}') EXECUTE FUNCTION public.break_on_purpose();
        """;
}
