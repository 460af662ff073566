using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;

namespace ECommerce.Reliability.Tests;

/// <summary>PostgreSQL is silent instead of refusing: its processes are stopped while customers keep coming.</summary>
public sealed class SilenceTests(ITestOutputHelper output)
{
    private const int RequestsPerSecond = 50;
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RequestLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ReadinessLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Known = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan Operators = TimeSpan.FromMilliseconds(100);

    // A request that uses up its time is answered a moment later, which other tests on the same cores may make long.
    private static readonly TimeSpan Timer = TimeSpan.FromSeconds(1);

    // The test, its clients and other tests share two cores with the host. The promise holds for 95 of 100, and what is later than that is
    // not later than this.
    private static readonly TimeSpan Slack = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task A_silent_PostgreSQL_is_told_at_once_once_it_is_known_and_every_limit_holds_until_then()
    {
        await using var site = Site.Embedded(output);
        var host = await site.OpenAsync(
            ("Limits__RequestTimeout", RequestLimit.ToString()), ("Database__CommandTimeout", null), ("Outbox__PollInterval", null), ("Logging__LogLevel__Default", "Information"));
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 1000));
        (await PlaceAsync(host, customer, product)).Status.ShouldBe(201);
        var visitors = new Visitors(host);

        await using (await Postgres.FreezeAsync(site.Folder))
        {
            var ready = visitors.AskAgainAsync(() => host.GetAsync("/health/ready"), answer => answer.Status != 200);
            var operators = Task.WhenAll(
                visitors.RunOnceAsync(2, Silence, _ => host.GetAsync("/health/live")), visitors.RunOnceAsync(2, Silence, _ => ScrapeAsync(host)));
            var visits = await visitors.RunOnceAsync(RequestsPerSecond, Silence, number => VisitAsync(host, customer, product, number));
            var (live, scrapes) = await operators is [var first, var second] ? (first, second) : default;

            var known = scrapes.Where(scrape => scrape.Answer.Status == 1).Select(scrape => scrape.SentAt + scrape.Took).DefaultIfEmpty(TimeSpan.MaxValue).Min();
            var (before, after) = (visits.Where(visit => visit.SentAt < known).ToArray(), visits.Where(visit => visit.SentAt >= known).ToArray());
            foreach (var (name, those) in new[] { ("before", before), ("after", after), ("live", live), ("metrics", scrapes), ("ready", await ready) })
                output.WriteLine($"{name}: {Describe(those)}");
            output.WriteLine($"known after {known}");

            // An answer of the second before is given again.
            ShouldTake(await ready, ReadinessLimit);
            before.ShouldAllBe(visit => visit.Answer.Status == 503 || visit.Answer.Status == 504);
            ShouldTake(before, RequestLimit + Timer);
            known.ShouldBeLessThan(TimeSpan.FromSeconds(5));
            after.ShouldAllBe(visit => visit.Answer.Status == 503 && visit.Answer.Code == "dependency_unavailable" && visit.Answer.Header("Retry-After") != null);
            ShouldTake(after, Known);
            ShouldTake(live, Operators);
            ShouldTake(scrapes, Operators);
        }

        await Eventually.PassesAsync(async () => (await host.GetAsync("/health/ready")).Status.ShouldBe(200));
        (await PlaceAsync(host, customer, product)).Status.ShouldBe(201);
        await site.BalanceAsync();
        var metrics = await host.MetricsAsync();
        metrics["database_circuit_open"].ShouldBe(0);
        LinesOf(host, "database.away").Count.ShouldBe(1, "one outage is told once");
        LinesOf(host, "database.back").Count.ShouldBe(1);
        TellingsOfOneRequest(host).ShouldBe(1, "an exception is told once");
    }

    [Fact]
    public async Task Only_a_server_that_does_not_answer_opens_the_circuit_and_what_a_broken_network_has_swallowed_is_given_up()
    {
        await using var site = await Site.WithDatabaseAsync(output);
        await using var wire = Wire.To(site.ConnectionString, out var through);
        var host = await site.OpenAsync(
            ("ConnectionStrings__ECommerce", through), ("Database__MaxPoolSize", "5"), ("Database__AcquireTimeout", "00:00:01"),
            ("Database__CommandTimeout", "00:00:02"), ("Database__SilenceTimeout", "00:00:01"));
        var (customer, product) = (await host.Given.ACustomerAsync(), await host.Given.AProductAsync(stock: 1000));

        // Slow statements, and more of them than connections; a row that is there already.
        await using (await TableLock.TakeAsync(site.ConnectionString, "products.products"))
        {
            var held = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => host.GetAsync($"/api/products/{product.Id}")));
            held.ShouldAllBe(answer => answer.Status == 503);
        }

        (await host.PostAsync("/api/users", new { customer.Email, customer.Name, customer.Password })).Status.ShouldBe(409);
        (await OpeningsAsync(host)).ShouldBe(0);

        wire.Silence();
        await Eventually.PassesAsync(async () =>
        {
            (await host.GetAsync($"/api/products/{product.Id}")).Status.ShouldBe(503);
            (await host.MetricsAsync())["database_circuit_open"].ShouldBe(1);
        });
        (await host.MetricsAsync())["""database_circuit_openings_total{reason="silent"}"""].ShouldBe(1);

        wire.Mend();
        await Eventually.PassesAsync(async () => (await host.GetAsync("/health/ready")).Status.ShouldBe(200));
        (await PlaceAsync(host, customer, product)).Status.ShouldBe(201);
        await site.BalanceAsync();
        await Eventually.PassesAsync(async () => (await host.MetricsAsync())["database_calls_abandoned"].ShouldBe(0));
        (await OpeningsAsync(host)).ShouldBe(1);
    }

    private static async Task<double> OpeningsAsync(HostProcess host)
    {
        var metrics = await host.MetricsAsync();
        return metrics["""database_circuit_openings_total{reason="silent"}"""] + metrics["""database_circuit_openings_total{reason="unreachable"}"""];
    }

    private static Task<Answer> VisitAsync(HostProcess host, Customer customer, Product product, int number) => (number % 5) switch
    {
        0 => host.GetAsync("/api/products"),
        1 => host.GetAsync($"/api/products/{product.Id}"),
        2 => host.GetAsync("/api/users/me", customer),
        3 => host.PostAsync("/api/users/login", new { email = $"nobody-{number}@shop.example", customer.Password }),
        _ => PlaceAsync(host, customer, product),
    };

    private static Task<Answer> PlaceAsync(HostProcess host, Customer customer, Product product) =>
        host.PostAsync("/api/orders", Given.Lines((product, 1)), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()));

    /// <returns>Whether the circuit is open, as its status; -1 when the answer broke off, as it does at the request limit.</returns>
    private static async Task<Answer> ScrapeAsync(HostProcess host)
    {
        var state = -1;
        try
        {
            state = (int)(await host.MetricsAsync())["database_circuit_open"];
        }
        catch (HttpRequestException)
        {
            // On a busy machine: its time counts like that of the others.
        }

        return new(state, new Dictionary<string, string>(), "");
    }

    private static void ShouldTake(IReadOnlyCollection<Visit> visits, TimeSpan limit)
    {
        var ordered = visits.Select(visit => visit.Took).Order().ToArray();
        ordered[(int)(0.95 * (ordered.Length - 1))].ShouldBeLessThan(limit, Describe(visits));
        ordered[^1].ShouldBeLessThan(limit + Slack, Describe(visits));
    }

    private static string Describe(IReadOnlyCollection<Visit> visits)
    {
        var ordered = visits.Select(visit => visit.Took.TotalMilliseconds).Order().ToArray();
        return ordered.Length == 0 ? "none" : FormattableString.Invariant(
            $"{ordered.Length}, median {ordered[ordered.Length / 2]:0} ms, 95 % {ordered[(int)(0.95 * (ordered.Length - 1))]:0} ms, most {ordered[^1]:0} ms, ")
            + string.Join(' ', visits.GroupBy(visit => visit.Answer.Status).Select(group => $"{group.Key}: {group.Count()}"));
    }

    private static List<JsonElement> LinesOf(HostProcess host, string name) =>
    [
        .. host.Output.Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line))
            .Where(line => line.TryGetProperty("event", out var told) && told.GetString() == name),
    ];

    private static int TellingsOfOneRequest(HostProcess host) => host.Output
        .Where(line => line.StartsWith('{')).Select(line => JsonElement.Parse(line))
        .Where(line => line.TryGetProperty("exception.type", out _) && line.TryGetProperty("trace_id", out _))
        .GroupBy(line => line.GetProperty("trace_id").GetString())
        .Select(request => request.Count()).DefaultIfEmpty().Max();

    /// <param name="SentAt">Since the visitors began to come.</param>
    private sealed record Visit(TimeSpan SentAt, TimeSpan Took, Answer Answer);

    /// <summary>They come when they come, whether or not those before them have been served.</summary>
    private sealed class Visitors(HostProcess host)
    {
        private readonly long _started = Stopwatch.GetTimestamp();

        public async Task<Visit> TimeAsync(Func<Task<Answer>> visit)
        {
            var (sentAt, started) = (Stopwatch.GetElapsedTime(_started), Stopwatch.GetTimestamp());
            var answer = await visit();
            return new(sentAt, Stopwatch.GetElapsedTime(started), answer);
        }

        public async Task<IReadOnlyCollection<Visit>> AskAgainAsync(Func<Task<Answer>> visit, Func<Answer, bool> isLast)
        {
            List<Visit> visits = [];
            do
                visits.Add(await TimeAsync(visit));
            while (!isLast(visits[^1].Answer) && Stopwatch.GetElapsedTime(_started) < Silence);
            return visits;
        }

        public async Task<IReadOnlyCollection<Visit>> RunOnceAsync(int perSecond, TimeSpan time, Func<int, Task<Answer>> visit)
        {
            ConcurrentBag<Task<Visit>> visits = [];
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / perSecond));
            for (var number = 0; number < perSecond * time.TotalSeconds && !host.HasExited && await timer.WaitForNextTickAsync(); number++)
            {
                var n = number;
                visits.Add(TimeAsync(() => visit(n)));
            }

            return await Task.WhenAll(visits);
        }
    }
}
