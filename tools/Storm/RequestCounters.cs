using System.Text.RegularExpressions;
using ECommerce.Testing;

namespace ECommerce.Storm;

/// <summary>The counters of requests in the metrics of a host.</summary>
internal static partial class RequestCounters
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Scrapes a host; null when it does not answer.</summary>
    /// <param name="management">Its management listener.</param>
    /// <param name="life">The number of its life.</param>
    /// <param name="ct">Ends the request.</param>
    public static async Task<Scrape?> ReadAsync(HttpClient management, int life, CancellationToken ct)
    {
        try
        {
            using var patience = Bounded(ct);
            var began = TimeProvider.System.GetUtcNow();
            var page = await management.GetStringAsync("/metrics", patience.Token);
            return new(life, began, TimeProvider.System.GetUtcNow(), Read(page));
        }
        catch (Exception e) when (IsNoAnswer(e, ct) || e is ObjectDisposedException)
        {
            return null; // It starts, or has just died.
        }
    }

    public static CancellationTokenSource Bounded(CancellationToken ct)
    {
        var bounded = CancellationTokenSource.CreateLinkedTokenSource(ct);
        bounded.CancelAfter(Patience);
        return bounded;
    }

    public static bool IsNoAnswer(Exception e, CancellationToken ct) =>
        e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested);

    private static Counted[] Read(string page) =>
    [
        .. from series in Metrics.Parse(page).Values
           let match = Requests().Match(series.Key)
           where match.Success
           select new Counted(match.Groups["method"].Value, match.Groups["path"].Value,
               int.Parse(match.Groups["status"].ValueSpan, provider: null), (long)series.Value),
    ];

    [GeneratedRegex("""^http_requests_total\{service="[^"]*",method="(?<method>[^"]*)",path="(?<path>[^"]*)",status="(?<status>\d+)"\}$""", RegexOptions.ExplicitCapture)]
    private static partial Regex Requests();
}
