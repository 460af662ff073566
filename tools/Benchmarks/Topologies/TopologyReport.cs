using System.Globalization;

namespace ECommerce.Benchmarks.Topologies;

/// <summary>What one round of one topology has measured.</summary>
/// <param name="PerSecond">Requests served in a second by as many connections as the settings say.</param>
/// <param name="Hosts">The CPU time of all hosts for one of these requests, in µs.</param>
/// <param name="Postgres">That of PostgreSQL.</param>
/// <param name="Broker">That of RabbitMQ.</param>
/// <param name="Balancer">That of haproxy.</param>
/// <param name="Latencies">The latencies at the fixed rate.</param>
/// <param name="Refused">The number of requests without a success.</param>
internal sealed record TopologyRound(double PerSecond, double Hosts, double Postgres, double Broker, double Balancer, Latencies Latencies, long Refused);

/// <summary>The table of a scenario: medians of the rounds, percentiles of all rounds together, ratios to the first topology round by round.</summary>
internal static class TopologyReport
{
    public static IEnumerable<string> Of(string scenario, double perSecond, IReadOnlyList<(string Name, IReadOnlyList<TopologyRound> Rounds)> topologies)
    {
        var first = topologies[0];
        yield return Text($"{scenario,-22}{"",10}  CPU µs/request");
        yield return Text($"{$"  at {perSecond}/s: p50, p99",-22}{"requests/s",10}  {"hosts",6} {$"of {first.Name} (rounds)",-28}{"PostgreSQL",10} {"broker",7} {"haproxy",7}  {"p50 ms",7} {"p99 ms",7} of {first.Name} (rounds)");
        foreach (var (name, rounds) in topologies)
        {
            var (own, bare) = (Latencies.Of(rounds.Select(round => round.Latencies)), Latencies.Of(first.Rounds.Select(round => round.Latencies)));
            yield return Text($"  {name,-20}{Median(rounds, round => round.PerSecond),10:0}  {Median(rounds, round => round.Hosts),6:0} {Ratios(rounds, first.Rounds, round => round.Hosts),-28}{Median(rounds, round => round.Postgres),10:0} {Median(rounds, round => round.Broker),7:0} {Median(rounds, round => round.Balancer),7:0}  {own.At(0.5),7:0.0} {own.At(0.99),7:0.0} {Ratio(own.At(0.99), bare.At(0.99)):0.00} ({Range(rounds, first.Rounds, round => round.Latencies.At(0.99))})");
        }

        var refused = topologies.SelectMany(topology => topology.Rounds).Sum(round => round.Refused);
        if (refused > 0)
            yield return Text($"  {refused} answers were not 2xx: the figures are not valid.");
    }

    private static string Ratios(IReadOnlyList<TopologyRound> rounds, IReadOnlyList<TopologyRound> first, Func<TopologyRound, double> figure) =>
        Text($"{Tournament.Median(rounds.Zip(first), pair => Ratio(figure(pair.First), figure(pair.Second))):0.00} ({Range(rounds, first, figure)})");

    private static string Range(IReadOnlyList<TopologyRound> rounds, IReadOnlyList<TopologyRound> first, Func<TopologyRound, double> figure)
    {
        double[] ratios = [.. rounds.Zip(first, (own, bare) => Ratio(figure(own), figure(bare))).Order()];
        return Text($"{ratios[0]:0.00}–{ratios[^1]:0.00}");
    }

    private static double Ratio(double own, double bare) => bare == 0 ? 0 : own / bare;

    private static double Median(IReadOnlyList<TopologyRound> rounds, Func<TopologyRound, double> figure) => Tournament.Median(rounds, figure);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
