using System.Diagnostics;
using System.Net;
using ECommerce.Benchmarks;
using ECommerce.Benchmarks.Topologies;

namespace ECommerce.Tools.Tests.Benchmarks;

/// <summary>The parts of <c>make bench ARGS=topologies</c> on which its figures rest. A whole run takes minutes, and is not a test.</summary>
public sealed class TopologyBenchTests
{
    private const int Requests = 20;

    [Fact]
    public async Task Requests_start_at_the_rate_whether_or_not_those_before_them_are_answered()
    {
        using var server = new Server(answersAfter: Requests);
        using var client = new HttpClient(server);

        var latencies = await FixedRate.RunAsync(client, NewRequest, Requests * 20, TimeSpan.FromSeconds(0.05), CancellationToken.None);

        latencies.Milliseconds.Count.ShouldBe(Requests);
        latencies.Refused.ShouldBe(0);
        // The first one waited for the last one to start.
        latencies.At(1).ShouldBeGreaterThan(45);
    }

    [Fact]
    public async Task A_request_is_timed_from_its_intended_start()
    {
        using var server = new Server(answersAfter: 0);
        using var client = new HttpClient(server);
        var pause = TimeSpan.FromMilliseconds(150);
        var made = 0;

        var latencies = await FixedRate.RunAsync(client, LateAtFirst, Requests * 20, TimeSpan.FromSeconds(0.05), CancellationToken.None);

        // All 20 were due within 50 ms of the start, and none could start before the pause was over.
        latencies.At(0).ShouldBeGreaterThan(pause.TotalMilliseconds - 50);

        HttpRequestMessage LateAtFirst()
        {
            for (var started = Stopwatch.GetTimestamp(); made == 0 && Stopwatch.GetElapsedTime(started) < pause;)
                Thread.SpinWait(100);
            made++;
            return NewRequest();
        }
    }

    [Fact]
    public async Task What_is_no_success_has_no_latency_and_is_counted()
    {
        using var server = new Server(answersAfter: 0) { Status = HttpStatusCode.ServiceUnavailable };
        using var client = new HttpClient(server);

        var latencies = await FixedRate.RunAsync(client, NewRequest, Requests * 20, TimeSpan.FromSeconds(0.05), CancellationToken.None);

        (latencies.Milliseconds.Count, latencies.Refused).ShouldBe((0, Requests));
    }

    [Fact]
    public async Task Processor_time_is_that_of_children_too_even_when_they_have_ended()
    {
        // The program waits by becoming one that sleeps: what its child has used stays its own.
        await using var parent = ChildProcess.Start(["sh", "-c", "sh -c 'i=0; while [ $i -lt 150000 ]; do i=$((i+1)); done'; echo ended; exec sleep 60"]);
        await Eventually.TrueAsync(() => parent.Output.Contains("ended"), "the child has ended");

        ProcessorTime.OfTree(parent.Id).TotalMilliseconds.ShouldBeGreaterThan(20);
    }

    [Fact]
    public void The_table_has_medians_percentiles_of_all_rounds_and_ratios_round_by_round()
    {
        string[] lines =
        [
            .. TopologyReport.Of("place order", 40,
            [
                ("monolith", [Round(400, 2000, [10, 20]), Round(300, 3000, [10, 30]), Round(500, 2500, [10, 40])]),
                ("services", [Round(200, 4000, [20, 40]), Round(150, 4500, [20, 90]), Round(250, 5500, [20, 60])]),
            ]),
        ];

        lines.ShouldBe(
        [
            "place order                       CPU µs/request",
            "  at 40/s: p50, p99   requests/s   hosts of monolith (rounds)        PostgreSQL  broker haproxy   p50 ms  p99 ms of monolith (rounds)",
            "  monolith                   400    2500 1.00 (1.00–1.00)                   500     100      50     10.0    40.0 1.00 (1.00–1.00)",
            "  services                   200    4500 2.00 (1.50–2.20)                   500     100      50     20.0    90.0 2.25 (1.50–3.00)",
        ]);
    }

    [Fact]
    public void A_table_with_refused_requests_says_that_it_is_not_valid() =>
        TopologyReport.Of("place order", 40, [("monolith", [Round(400, 2000, [10]) with { Refused = 3 }])])
            .Last().ShouldBe("  3 answers were not 2xx: the figures are not valid.");

    private static TopologyRound Round(double perSecond, double hosts, double[] milliseconds) => new(perSecond, hosts, 500, 100, 50, new(milliseconds, 0), 0);

    private static HttpRequestMessage NewRequest() => new(HttpMethod.Get, "http://shop.example/");

    /// <summary>A network with a server that answers nothing before it has got a number of requests.</summary>
    private sealed class Server(int answersAfter) : HttpMessageHandler
    {
        private readonly TaskCompletionSource _enough = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _received;

        public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _received) >= answersAfter)
                _enough.TrySetResult();
            await _enough.Task.WaitAsync(cancellationToken);
            return new(Status);
        }
    }
}
