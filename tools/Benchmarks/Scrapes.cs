using System.Net.Http.Headers;
using ECommerce.Testing;

namespace ECommerce.Benchmarks;

/// <summary>Scrapes both metrics pages of a host once a second, in Prometheus's format.</summary>
internal sealed class Scrapes : IAsyncDisposable
{
    /// <summary>The metric that tells what a heap has allocated.</summary>
    public const string Allocated = "dotnet_gc_heap_total_allocated_bytes_total";

    /// <summary>The metric that tells how many methods were compiled, each tier counted.</summary>
    public const string Compiled = "dotnet_jit_compiled_methods_total";

    private static readonly HttpClient Http = new()
    {
        DefaultRequestHeaders = { Accept = { MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text; version=1.0.0") } },
    };

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _loop;

    public Scrapes(string management) => _loop = ScrapeAsync(management, _stop.Token);

    /// <summary>What the runtime of a host tells of itself.</summary>
    /// <param name="management">The listener that has <c>/metrics/runtime</c>.</param>
    /// <param name="metric">One of the names above, each without labels of its own.</param>
    public static async Task<double> ReadAsync(string management, string metric)
    {
        var page = Metrics.Parse(await Http.GetStringAsync(new Uri($"{management}/metrics/runtime")));
        return page.Values.Single(series => series.Key.StartsWith($"{metric}{{", StringComparison.Ordinal)).Value;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop;
        _stop.Dispose();
    }

    private static async Task ScrapeAsync(string management, CancellationToken stop)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            do
            {
                await Http.GetByteArrayAsync(new Uri($"{management}/metrics"), stop);
                await Http.GetByteArrayAsync(new Uri($"{management}/metrics/runtime"), stop);
            }
            while (await timer.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException)
        {
            // The round is over.
        }
    }
}
