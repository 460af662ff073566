using System.Text.Json;
using ECommerce.Testing;

namespace ECommerce.Incidents.Watching;

/// <summary>Scrapes the host about once a second, from its first customer on.</summary>
internal sealed class Watch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    private readonly ObjectiveWindow _window = new();
    private readonly Lock _turn = new();
    private readonly HttpClient _operators;
    private readonly CancellationTokenSource _closing = new();
    private readonly Task _scraping;

    /// <param name="management">The management listener.</param>
    /// <param name="key">The management key.</param>
    public Watch(Uri management, string key)
    {
        _operators = new() { BaseAddress = management, Timeout = Patience, DefaultRequestHeaders = { { "X-Management-Key", key } } };
        _scraping = ScrapeAsync();
    }

    /// <summary>The last page of metrics; null before the first one.</summary>
    public Metrics? Page { get; private set; }

    public double RateBetween(DateTimeOffset from, DateTimeOffset to)
    {
        lock (_turn)
            return _window.RateBetween(from, to);
    }

    public IReadOnlyList<string> BrokenBetween(DateTimeOffset from, DateTimeOffset to, double usual)
    {
        lock (_turn)
            return _window.BrokenBetween(from, to, usual);
    }

    /// <summary>
    /// The alerts that fire now, without those of budgets: these look back for hours, and the objectives of the last minutes are compared
    /// instead. The answer says so when the host cannot be asked.
    /// </summary>
    public async Task<IReadOnlyList<string>> FiringAsync(CancellationToken ct)
    {
        try
        {
            using var answer = JsonDocument.Parse(await _operators.GetStringAsync("/ops/api/alerts", ct));
            return [.. answer.RootElement.GetProperty("alerts").EnumerateArray()
                .Where(alert => alert.GetProperty("state").GetString() == "firing")
                .Select(alert => alert.GetProperty("name").GetString()!)
                .Where(name => !name.Contains("Budget", StringComparison.Ordinal)).Distinct()];
        }
        catch (Exception e) when (IsNoAnswer(e, ct))
        {
            return ["HostDown"];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _scraping;
        _operators.Dispose();
        _closing.Dispose();
    }

    private async Task ScrapeAsync()
    {
        try
        {
            for (; ; await Task.Delay(Interval, _closing.Token))
            {
                var page = await ReadAsync(_closing.Token);
                Page = page ?? Page;
                lock (_turn)
                    _window.Add(TimeProvider.System.GetUtcNow(), page);
            }
        }
        catch (OperationCanceledException)
        {
            // The incident is over.
        }
    }

    private async Task<Metrics?> ReadAsync(CancellationToken ct)
    {
        try
        {
            return Metrics.Parse(await _operators.GetStringAsync("/metrics", ct));
        }
        catch (Exception e) when (IsNoAnswer(e, ct))
        {
            return null;
        }
    }

    private static bool IsNoAnswer(Exception e, CancellationToken ct) =>
        e is HttpRequestException or IOException or JsonException || (e is OperationCanceledException && !ct.IsCancellationRequested);
}
