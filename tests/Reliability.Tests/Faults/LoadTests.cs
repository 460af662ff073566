using System.Diagnostics;
using System.Text.Json;

namespace ECommerce.Reliability.Tests.Faults;

/// <summary>What takes something of the process, never more than asked for, and gives it back.</summary>
[Collection(nameof(ProcessFaults))]
public sealed class LoadTests(FaultShop shop) : FaultTests(shop), IClassFixture<FaultShop>
{
    private const string Host = "platform";

    private readonly FaultShop _shop = shop;
    private double _before;

    [Fact]
    public async Task Burnt_time_is_in_the_process_s_own_until_it_ends()
    {
        using var self = Process.GetCurrentProcess();
        await OnAsync("cpu_burn", """{"cores": 64, "percentage": 50}""");
        var before = self.TotalProcessorTime;

        await InjectedAsync("cpu_burn", 20);
        self.Refresh();
        // Twenty times half of a tenth of a second, on a machine whose cores others may take: burning comes behind them.
        (self.TotalProcessorTime - before).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.3));

        await EndsAsync("cpu_burn");
    }

    [Fact]
    public async Task Leaked_memory_grows_to_its_bound_and_is_given_back()
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await OnAsync("memory_leak", """{"megabytes": 48}""");

        await InjectedAsync("memory_leak", 48);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeGreaterThan(40L << 20);

        await EndsAsync("memory_leak", 48);
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(24L << 20);
    }

    [Fact]
    public async Task Starved_threads_block_and_come_back()
    {
        await OnAsync("threadpool_starved", """{"threads": 12}""");
        await InjectedAsync("threadpool_starved", 12);
        BusyThreads().ShouldBeGreaterThanOrEqualTo(12);

        await EndsAsync("threadpool_starved", 12);
        await Eventually.TrueAsync(() => BusyThreads() < 12);
        (await _shop.AskAsync()).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Starved_threads_come_back_by_themselves()
    {
        await OnAsync("threadpool_starved", """{"threads": 12, "for": "00:00:00.500"}""");

        await Eventually.TrueAsync(async () => (await _shop.HeldAsync()).Count == 0, "it has ended");
        await _shop.LinesOfAsync("threadpool_starved", "fault.ended the host");
        (await _shop.AskAsync()).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_waits_for_a_thread_is_measured()
    {
        var before = (await _shop.MetricsAsync())["thread_pool_delay_seconds_sum"];

        await OnAsync("threadpool_starved", """{"threads": 128, "for": "00:00:01"}""");

        await Eventually.PassesAsync(async () => ((await _shop.MetricsAsync())["thread_pool_delay_seconds_sum"] - before).ShouldBeGreaterThan(0.25));
    }

    [Fact]
    public async Task A_flood_of_lines_is_in_the_log_and_in_no_trace()
    {
        await OnAsync("log_flood", """{"linesPerSecond": 2000}""");

        await InjectedAsync("log_flood", 200);
        await Eventually.TrueAsync(() => Noise() >= 200, "the lines are written");
        _shop.Log.Lines.Where(line => line.GetProperty("event").GetString() == "fault.noise")
            .ShouldNotContain(line => HasTrace(line));

        await EndsAsync("log_flood");
    }

    [Fact]
    public async Task An_explosion_of_series_is_held_by_the_guard_and_swept_up()
    {
        var before = (await _shop.MetricsAsync()).Values.Count;
        await OnAsync("cardinality_explosion", """{"series": 3000}""");

        await InjectedAsync("cardinality_explosion", 3000);
        var metrics = await _shop.MetricsAsync();
        metrics.Values.Keys.Count(series => series.StartsWith("fault_noise_total{", StringComparison.Ordinal)).ShouldBe(1001);
        metrics["""fault_noise_total{noise="_overflow"}"""].ShouldBe(2000);
        metrics["""telemetry_series{metric="fault_noise_total"}"""].ShouldBe(1001);

        await EndsAsync("cardinality_explosion", 3000);
        (await _shop.MetricsAsync())["""telemetry_series{metric="fault_noise_total"}"""].ShouldBe(0);
        (await _shop.MetricsAsync()).Values.Count.ShouldBeInRange(before, before + 50);

        // And again, from the beginning.
        await OnAsync("cardinality_explosion", """{"series": 10}""");
        await InjectedAsync("cardinality_explosion", 10);
        (await _shop.MetricsAsync())["""telemetry_series{metric="fault_noise_total"}"""].ShouldBe(10);
    }

    [Fact]
    public async Task Whoever_handles_an_event_meanwhile_is_marked_too()
    {
        await OnAsync("memory_leak", """{"megabytes": 1}""");
        await _shop.Given.AnOrderAsync();
        await _shop.SettleAsync();
        var meanwhile = await HandledAsync();
        meanwhile.ShouldNotBeEmpty();
        meanwhile.ShouldAllBe(span => "memory_leak".Equals(span.GetTagItem("app.fault")));

        await EndsAsync("memory_leak", 1);
        await _shop.Given.AnOrderAsync();
        await _shop.SettleAsync();
        var afterwards = (await HandledAsync()).Except(meanwhile).ToList();
        afterwards.ShouldNotBeEmpty();
        afterwards.ShouldAllBe(span => span.GetTagItem("app.fault") == null);
    }

    /// <summary>The spans of events, once every delivery has one.</summary>
    private Task<List<Activity>> HandledAsync() => Eventually.GetAsync(async () =>
    {
        var spans = _shop.Spans.All.Where(span => span.Kind is ActivityKind.Consumer).ToList();
        return spans.Count == await _shop.ScalarAsync<int>("SELECT count(*) FROM products.inbox") ? spans : null;
    });

    private async Task OnAsync(string fault, string body)
    {
        _before = await _shop.InjectedAsync(fault, Host);
        await _shop.OnAsync(fault, body);
    }

    private static bool HasTrace(JsonElement line) => line.TryGetProperty("trace_id", out var _);

    private static int BusyThreads()
    {
        ThreadPool.GetMaxThreads(out var most, out _);
        ThreadPool.GetAvailableThreads(out var free, out _);
        return most - free;
    }

    private int Noise() => _shop.Log.Lines.Count(line => line.GetProperty("event").GetString() == "fault.noise");

    private async Task InjectedAsync(string fault, int amount)
    {
        (await _shop.ActiveAsync(fault, Host)).ShouldBe(1);
        (await _shop.SpanAsync(await _shop.AskAsync(), "GetProduct")).GetTagItem("app.fault").ShouldBe(fault);
        await Eventually.TrueAsync(async () => await _shop.InjectedAsync(fault, Host) - _before >= amount, $"{fault} has struck {amount} times");
    }

    /// <summary>Switched off it takes nothing more, within ten seconds, and has taken no more than <paramref name="most"/>.</summary>
    private Task EndsAsync(string fault, int most = int.MaxValue) => _shop.BackAsync(fault, TimeSpan.FromSeconds(10), async () =>
    {
        var taken = await _shop.InjectedAsync(fault, Host);
        (taken - _before).ShouldBeLessThanOrEqualTo(most);
        (await _shop.SpanAsync(await _shop.AskAsync(), "GetProduct")).GetTagItem("app.fault").ShouldBeNull();
        (await _shop.InjectedAsync(fault, Host)).ShouldBe(taken);
        (await _shop.ActiveAsync(fault, Host)).ShouldBe(0);
        (await _shop.LinesOfAsync(fault, "fault.released the host")).TakeLast(2).ShouldBe(["fault.held the host", "fault.released the host"]);
    });
}
