using Observability.Console.Limits;
using Observability.Console.Sampling;
using Observability.Metrics;
using Prometheus;

namespace Observability.Console.Recording;

/// <summary>What the console says about itself: the memory and contents of its stores, and its own work.</summary>
internal sealed class ConsoleMetrics
{
    private readonly (string Signal, Func<StoreState> State)[] _stores;
    private readonly Dictionary<string, Store> _series;
    private readonly Counter.Child _searches;
    private readonly Counter.Child _sampling;
    private readonly ApiLimits _limits;
    private readonly MetricSampler _sampler;

    public ConsoleMetrics(MetricFamilies metrics, CollectorRegistry registry, Recorder recorder, MetricStates samples, MetricSampler sampler, ApiLimits limits)
    {
        (_sampler, _limits) = (sampler, limits);
        _stores = [("spans", () => recorder.SpanState), ("logs", () => recorder.LogState), ("metrics", () => samples.State)];
        var bytes = metrics.Gauge("console_store_bytes", "Memory of the console's stores, in bytes, by signal.", "signal");
        var budget = metrics.Gauge("console_store_budget_bytes", "The limit on the memory of the console's stores, in bytes, by signal.", "signal");
        var kept = metrics.Gauge("console_store_records", "What the console keeps: spans, log records, series of metrics. Together with evictions it shows how far back the console sees.", "signal");
        var evicted = metrics.Counter("console_store_evicted_total", "Spans, log records and blocks of samples that the console removed to stay within its budget.", "signal");
        var lost = metrics.Counter("console_store_lost_total", "Spans, log records, and lines and rounds of metrics that the console did not keep, because its queue was full or they could not be read. A rate above zero means that the console shows less than happened.", "signal");
        _series = _stores.ToDictionary(
            store => store.Signal,
            store => new Store(bytes.With(store.Signal), budget.With(store.Signal), kept.With(store.Signal), evicted.With(store.Signal), lost.With(store.Signal)));
        Refused = metrics.Gauge("console_series_refused", "Series of metrics of which the console keeps no samples, because its budget or its limit on series is used up.").With();
        _searches = metrics.Counter("console_searches_total", "Searches of the console's stores, by its pages and its API.").With();
        _sampling = metrics.Counter("console_sampling_seconds_total", "Time that the console's thread took to sample the host's metrics, in seconds. Shows what the history of metrics costs.").With();
        registry.AddBeforeCollectCallback(Read);
    }

    private Gauge.Child Refused { get; }

    private void Read()
    {
        foreach (var (signal, read) in _stores)
        {
            var (state, series) = (read(), _series[signal]);
            series.Bytes.Set(state.Bytes);
            series.Budget.Set(state.Budget);
            series.Kept.Set(state.Kept);
            series.Evicted.IncTo(state.Evicted);
            // Of metrics a series that was refused is not lost once, but each second: it is a number of its own. A round that failed is a gap of a second.
            series.Lost.IncTo(signal == "metrics" ? state.Unreadable + _sampler.Failed : state.Dropped + state.Unreadable);
            if (signal == "metrics")
                Refused.Set(state.Dropped);
        }
        _searches.IncTo(_limits.Searches);
        _sampling.IncTo(_sampler.Spent.TotalSeconds);
    }

    private sealed record Store(Gauge.Child Bytes, Gauge.Child Budget, Gauge.Child Kept, Counter.Child Evicted, Counter.Child Lost);
}
