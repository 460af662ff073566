using System.Globalization;
using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>One client reads the whole catalogue, page after page, as fast as it can.</summary>
internal sealed class Scraper : ICause
{
    private const string UserAgent = "PriceWatch/1.4 (+https://prices.example/bot)";

    public string Mechanism => Mechanisms.Scraper;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, "products/ListProducts", Scopes.Client, $"203.0.113.{dice.Between(10, 250)}", size);

    public Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var client = arena.ClientAt(plan.Target!, UserAgent);
        var workers = Enumerable.Range(0, (int)plan.Between(6, 40)).Select(reader => (Func<CancellationToken, Task>)(end => ReadAsync(client, reader, end)));
        return Task.FromResult<IAsyncDisposable>(Effect.Working(() => Task.CompletedTask, _ => false, workers));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) =>
        [$"Block {plan.Target} at the gateway: act block {plan.Target}.", "Lower Limits__RequestsPerSecond and Limits__ConcurrencyPerClient, and restart."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("http_requests_total", "Many times the requests of one route, /api/products, and no more orders."),
        Seen.Metric("http_response_size_bytes", "That route's answers are larger: full pages."),
        Seen.Metric("process_cpu_seconds_total", "The host computes more."),
        Seen.Span("GET /api/products", $"client.address {plan.Target} and its user_agent.original in nearly all of them."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "http_requests_total: one route has many times its requests.",
        "orders_placed_total does not rise with it: they are not customers.",
        "Traces of that route: one user_agent.original.",
        $"Their client address: {plan.Target}.",
    ];

    private static async Task ReadAsync(HttpClient client, int reader, CancellationToken end)
    {
        for (var page = reader; ; page++)
        {
            try
            {
                using var answer = await client.GetAsync(
                    new Uri($"/api/products?limit=100&minPrice={(page % 50).ToString(CultureInfo.InvariantCulture)}&search=a", UriKind.Relative), end);
                await answer.Content.ReadAsByteArrayAsync(end);
                if (!answer.IsSuccessStatusCode)
                    await Task.Delay(200, end);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException && !end.IsCancellationRequested)
            {
                await Task.Delay(1000, end); // blocked, or the host is not there
            }
        }
    }
}
