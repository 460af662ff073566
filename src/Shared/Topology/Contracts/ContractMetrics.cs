using System.Collections.Concurrent;
using Observability.Metrics;
using Prometheus;

namespace ECommerce.Topology;

/// <summary>The metrics of calls between the hosts of modules, on the calling and on the called side.</summary>
public sealed class ContractMetrics(MetricFamilies metrics)
{
    private readonly MetricFamily<Latency> _calls = metrics.Latency("contract_call_duration_seconds",
        "Duration of calls to modules in other hosts, in seconds, with all attempts, by outcome: ok, rejected, or the reason why there was no result.",
        [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10], "module", "contract", "outcome");

    private readonly MetricFamily<Counter.Child> _attempts = metrics.Counter("contract_call_attempts_total",
        "Attempts of calls to modules in other hosts, by outcome: answered, or why not. More attempts than calls are retries.", "module", "contract", "outcome");

    private readonly MetricFamily<Gauge.Child> _circuits = metrics.Gauge("contract_circuit_open",
        "1 while the circuit breaker of a module in another host is open and no call is made, otherwise 0.", "module");

    private readonly MetricFamily<Counter.Child> _refused = metrics.Counter("contract_tokens_refused_total",
        "Calls on the internal listener that were refused because of their token, by reason. Hosts with other keys or clocks, or a stranger in the network.", "reason");

    private readonly ConcurrentDictionary<string, bool> _open = new(StringComparer.Ordinal);

    /// <summary>The modules whose circuit breaker is open.</summary>
    public IEnumerable<string> OpenCircuits => _open.Where(module => module.Value).Select(module => module.Key).Order(StringComparer.Ordinal);

    internal void Called(Contract contract, string outcome, TimeSpan elapsed) =>
        _calls.With(contract.Module, contract.Name, outcome).Observe(elapsed.TotalSeconds, failed: outcome is not ("ok" or "rejected"));

    internal void Attempted(Contract contract, string outcome) => _attempts.With(contract.Module, contract.Name, outcome).Inc();

    internal void TokenRefused(string reason) => _refused.With(reason).Inc();

    internal void Circuit(string module, bool isOpen)
    {
        _open[module] = isOpen;
        _circuits.With(module).Set(isOpen ? 1 : 0);
    }
}
