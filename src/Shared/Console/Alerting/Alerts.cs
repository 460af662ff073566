namespace Observability.Console.Alerting;

/// <summary>Answers from Prometheus while it answers, and from the console's own rounds otherwise. One answer serves all who ask within two seconds.</summary>
internal sealed class Alerts(RuleRounds rounds, RuleSource source, PrometheusClient prometheus, PrometheusAlerts remote, TimeProvider time) : IAlerts, IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _asking = new(1);
    private AlertReport? _report;
    private long _asked;

    public async Task<IReadOnlyList<AlertState>> CurrentAsync(CancellationToken cancellation) => (await ReportAsync(cancellation)).Alerts;

    public async Task<AlertReport> ReportAsync(CancellationToken cancellation)
    {
        if (!prometheus.IsConfigured)
            return Own(null);
        await _asking.WaitAsync(cancellation);
        try
        {
            if (_report is { } known && time.GetElapsedTime(_asked) < Fresh)
                return known;
            _report = await remote.AlertsAsync(cancellation) is { } alerts
                ? new(alerts, await remote.BudgetsAsync(cancellation), "prometheus", null, time.GetUtcNow(), null)
                : Own("Prometheus does not answer: the console evaluates the rules itself.");
            _asked = time.GetTimestamp();
            return _report;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private AlertReport Own(string? note)
    {
        var (at, since) = (rounds.Time, source.History.Since);
        return new(rounds.Alerts, rounds.Budgets, "console", note, at == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(at),
            since == long.MaxValue ? null : DateTimeOffset.FromUnixTimeMilliseconds(since));
    }
}
