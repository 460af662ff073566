using ECommerce.Traffic;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Tools.Tests.Traffic;

/// <summary>
/// What makes customers wait is in the figures of all who wait, whether the shop or the program itself holds them up. The first five requests
/// of a run prepare it.
/// </summary>
public sealed class LatencyTests
{
    private static readonly TimeSpan Stall = TimeSpan.FromSeconds(1);

    // Who looks back and finds no orders goes again: a journey of one step. A third of these customers come while nobody is served, and wait
    // half of the stall on average, so that a tenth waits most of it. A program that waited itself would ask once in that time.
    private static readonly string[] Steady = ["--rate", "100", "--for", "3s", "--mix", "look-back=1"];

    [Fact]
    public async Task A_shop_that_stalls_for_a_second_shows_it_in_the_percentiles()
    {
        await using var shop = await StubShop.StartAsync();
        // From the hundredth request on, everybody waits until the second is over.
        var over = new Lazy<Task>(() => Task.Delay(Stall));
        shop.Misbehaves = async (_, number) =>
        {
            if (number > 100)
                await over.Value;
            return false;
        };

        var outcome = await Outcome.OfAsync(shop.Address, [.. Steady, "--p95", "100ms"]);

        var arrived = Plan.Of(7, 100, new Dictionary<string, double> { ["look-back"] = 1 }, hasAdmin: false).TakeWhile(visit => visit.At < TimeSpan.FromSeconds(3)).Count();
        outcome.Report.GetProperty("journeys").GetProperty("arrived").GetInt32().ShouldBe(arrived);
        outcome.Latency.GetProperty("p90").GetDouble().ShouldBeGreaterThan(500);
        outcome.Latency.GetProperty("max").GetDouble().ShouldBeGreaterThan(900);
        outcome.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_program_that_is_held_up_itself_counts_that_as_waiting()
    {
        await using var shop = await StubShop.StartAsync();
        await using var traffic = Tool.StartTraffic(shop.Address, Steady);
        await Eventually.TrueAsync(() => shop.Requests.Count > 50);

        await traffic.SignalAsync("STOP");
        await Task.Delay(Stall);
        await traffic.SignalAsync("CONT");

        (await traffic.WaitForExitAsync()).ShouldBe(0);
        // The shop was never slow; those who should have come in that second came late.
        var latency = traffic.Report.GetProperty("latency");
        latency.GetProperty("max").GetDouble().ShouldBeGreaterThan(900);
        latency.GetProperty("p90").GetDouble().ShouldBeGreaterThan(500);
    }

    [Fact]
    public async Task Whoever_is_told_to_come_back_does_and_has_waited_that_long()
    {
        await using var shop = await StubShop.StartAsync();
        var refused = 0;
        shop.Misbehaves = async (context, number) =>
        {
            if (number <= 5 || Interlocked.Increment(ref refused) > 2)
                return false;
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            context.Response.Headers.RetryAfter = "1";
            await context.Response.WriteAsJsonAsync(new { code = "dependency_unavailable" });
            return true;
        };

        var outcome = await Outcome.OfAsync(shop.Address, "--count", "1", "--rate", "100", "--think", "0s", "--mix", "browse=1", "--errors", "1%");

        var list = outcome.Operation("ListProducts");
        list.GetProperty("repeats").GetInt32().ShouldBe(2);
        list.GetProperty("errors").GetProperty("dependency_unavailable").GetInt32().ShouldBe(2);
        list.GetProperty("latency").GetProperty("max").GetDouble().ShouldBeGreaterThan(1990); // two pauses of a second, by a timer with the resolution of the system's clock
        outcome.Requests.ShouldBe(shop.Requests.Count);
        outcome.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task Who_finds_too_many_inside_is_turned_away_and_counted()
    {
        await using var shop = await StubShop.StartAsync();
        // From the sixth on nobody is served until all have come.
        var over = new Lazy<Task>(() => Task.Delay(Stall));
        shop.Misbehaves = async (_, number) =>
        {
            if (number > 5)
                await over.Value;
            return false;
        };

        var outcome = await Outcome.OfAsync(shop.Address, "--rate", "300", "--for", "300ms", "--in-flight", "3", "--think", "0s", "--mix", "browse=1");

        var journeys = outcome.Report.GetProperty("journeys");
        journeys.GetProperty("turnedAway").GetInt32().ShouldBeGreaterThan(50);
        (journeys.GetProperty("turnedAway").GetInt32() + journeys.GetProperty("finished").GetInt32()).ShouldBe(journeys.GetProperty("arrived").GetInt32());
        outcome.Output.ShouldContain("were not started");
    }

    [Fact]
    public async Task Requests_without_an_answer_are_errors_and_break_the_objective()
    {
        await using var shop = await StubShop.StartAsync();
        shop.Misbehaves = (context, number) =>
        {
            if (number > 5)
                context.Abort();
            return Task.FromResult(number > 5);
        };

        var outcome = await Outcome.OfAsync(shop.Address, "--count", "10", "--rate", "100", "--mix", "browse=1", "--errors", "50%");

        outcome.Report.GetProperty("journeys").GetProperty("gaveUp").GetInt32().ShouldBe(10);
        outcome.Report.GetProperty("errors").GetInt32().ShouldBe(10);
        outcome.ExitCode.ShouldBe(1);
    }

    [Fact]
    public async Task A_journey_is_one_sampled_trace()
    {
        await using var shop = await StubShop.StartAsync();

        var outcome = await Outcome.OfAsync(shop.Address, "--count", "3", "--rate", "100", "--think", "0s", "--mix", "look-back=1,browse=1");

        var traces = shop.Requests.Select(request => request.TraceParent).ToArray();
        traces.ShouldAllBe(trace => trace.EndsWith("-01", StringComparison.Ordinal) && trace.Length == 55);
        traces.Select(trace => trace.Split('-')[1]).Distinct().Count().ShouldBe(4, "one for each journey, and one for what comes before");
        var slowest = outcome.Report.GetProperty("slowest")[0].GetProperty("traceId").GetString()!;
        traces.ShouldContain(trace => trace.Contains(slowest, StringComparison.Ordinal));
    }
}
