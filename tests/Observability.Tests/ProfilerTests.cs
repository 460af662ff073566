using System.Globalization;
using System.Text;
using System.Text.Json;
using ECommerce.Orders;
using ECommerce.Profiling;
using Microsoft.Extensions.Hosting;

namespace Observability.Tests;

/// <summary>What the host finds when it looks at itself.</summary>
[Collection(nameof(Alone))]
[Trait("Category", "Running")]
public sealed class ProfilerTests
{
    private const string Hot = "ECommerce.Orders.Burner.Burn";

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task The_method_that_burns_is_on_top_in_pprof_with_its_slice()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.AddProfiling());

        var profile = new PprofProfile(PprofWriter.Write(await WhileAsync(until => new BurnCpu.Handler().Handle(until), host, ProfileKind.Cpu)));

        profile.ValueTypes.ShouldBe([("samples", "count"), ("cpu", "nanoseconds")]);
        profile.Duration.ShouldBeInRange(Second, 20 * Second);
        profile.Comments.ShouldContain(comment => comment.Contains("safepoints", StringComparison.Ordinal));
        var hot = profile.Samples.Where(sample => sample.Frames[0] == Hot).ToList();
        hot.Sum(sample => sample.Values[1]).ShouldBeInRange((long)(profile.Duration / 2).TotalNanoseconds, (long)(profile.Duration * 1.5).TotalNanoseconds);
        TopOf(profile.Samples.Select(sample => (sample.Frames[0], sample.Values[1]))).ShouldContain(Hot);
        hot.ShouldAllBe(sample => sample.Frames.Contains("ECommerce.Orders.BurnCpu+Handler.Handle"));
        hot.ShouldAllBe(sample => sample.Labels["slice"] == "BurnCpu" && sample.Labels["module"] == "orders");
        profile.Samples.Where(sample => !sample.Frames.Contains("ECommerce.Orders.BurnCpu+Handler.Handle")).ShouldAllBe(sample => sample.Labels.Count == 0);
    }

    [Fact]
    public async Task The_method_that_burns_is_on_top_in_speedscope_under_its_slice()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.AddProfiling());

        var file = JsonElement.Parse(SpeedscopeWriter.Write(await WhileAsync(until => new BurnCpu.Handler().Handle(until), host, ProfileKind.Cpu)));

        var frames = file.GetProperty("shared").GetProperty("frames").EnumerateArray().Select(frame => frame.GetProperty("name").GetString()!).ToList();
        var profile = file.GetProperty("profiles").EnumerateArray().ShouldHaveSingleItem();
        var weights = profile.GetProperty("weights").EnumerateArray().Select(weight => weight.GetInt64()).ToList();
        var stacks = profile.GetProperty("samples").EnumerateArray().Select(stack => stack.EnumerateArray().Select(index => frames[index.GetInt32()]).ToList()).ToList();
        stacks.Count.ShouldBe(weights.Count);
        profile.GetProperty("endValue").GetInt64().ShouldBe(weights.Sum());
        TopOf(stacks.Zip(weights, (stack, weight) => (stack[^1], weight))).ShouldContain(Hot);
        stacks.Where(stack => stack.Contains(Hot)).ShouldAllBe(stack => stack[0] == "slice BurnCpu (orders)");
    }

    [Fact]
    public async Task The_stack_that_burns_is_on_top_of_the_folded_ones()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.AddProfiling());

        var text = Encoding.UTF8.GetString(FoldedWriter.Write(await WhileAsync(until => new BurnCpu.Handler().Handle(until), host, ProfileKind.Cpu)));

        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Take(3).ShouldContain(line => line.StartsWith("slice BurnCpu (orders);", StringComparison.Ordinal) && line.Contains($";{Hot}", StringComparison.Ordinal));
        var values = lines.Select(line => long.Parse(line.AsSpan(line.LastIndexOf(' ') + 1), CultureInfo.InvariantCulture)).ToList();
        values.ShouldBe(values.OrderDescending());
        lines.Select(line => line[..line.LastIndexOf(' ')]).ShouldBeUnique();
    }

    [Fact]
    public async Task The_type_that_leaks_is_the_first_of_the_table_with_who_makes_it()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.AddProfiling());

        var profile = await WhileAsync(until => Task.Run(() => Burner.Leak([], until), CancellationToken.None), host, ProfileKind.Allocations);

        var first = AllocationTable.Of(profile).Types[0];
        first.Type.ShouldBe("ECommerce.Orders.Burner+Leaked");
        first.Share.ShouldBeGreaterThan(0.5);
        (first.Bytes / first.Objects).ShouldBeInRange(60, 70, "six numbers, a header and a type");
        first.By[0].Method.ShouldBe("ECommerce.Orders.Burner.Leak");
        new PprofProfile(PprofWriter.Write(profile)).Samples
            .ShouldContain(sample => sample.Frames[0] == "new ECommerce.Orders.Burner+Leaked" && sample.Frames.Contains("ECommerce.Orders.Burner.Leak"));
    }

    [Fact]
    public async Task A_taken_profile_leaves_a_line_and_no_file()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.AddProfiling());
        var before = Folders();

        var profile = (await ProfilerOf(host).TakeAsync(ProfileKind.Cpu, Second, CancellationToken.None)).Value;

        Folders().ShouldBe(before);
        var line = await host.LineAsync("profile.taken");
        line.GetProperty("kind").GetString().ShouldBe("Cpu");
        line.GetProperty("samples").GetInt64().ShouldBe(profile.Samples);
        line.GetProperty("dropped").GetInt64().ShouldBe(profile.Dropped);
        line.GetProperty("end").GetString().ShouldBe("Time");
    }

    [Fact]
    public async Task There_is_one_session_at_a_time_and_the_second_hears_how_long_to_wait()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.AddProfiling());
        var first = ProfilerOf(host).TakeAsync(ProfileKind.Cpu, Second, CancellationToken.None);

        var second = await ProfilerOf(host).TakeAsync(ProfileKind.Allocations, Second, CancellationToken.None);

        second.Error.ShouldNotBeNull().Code.ShouldBe("profile_in_progress");
        second.Error.Extensions!["retryAfterSeconds"].GetInt32().ShouldBeInRange(1, 3);
        (await first).Error.ShouldBeNull();
        (await ProfilerOf(host).TakeAsync(ProfileKind.Allocations, Second, CancellationToken.None)).Error.ShouldBeNull();
    }

    [Fact]
    public async Task Whoever_leaves_ends_the_session_and_the_next_may_begin()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.AddProfiling());
        var before = Folders();
        using var caller = new CancellationTokenSource();
        var abandoned = ProfilerOf(host).TakeAsync(ProfileKind.Cpu, 60 * Second, caller.Token);
        await Eventually.PassesAsync(() => Folders().Except(before).SelectMany(Directory.EnumerateFiles).ShouldNotBeEmpty());

        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => abandoned.WaitAsync(20 * Second));
        Folders().ShouldBe(before);
        (await ProfilerOf(host).TakeAsync(ProfileKind.Cpu, Second, CancellationToken.None)).Error.ShouldBeNull();
    }

    [Fact]
    public async Task A_file_that_reaches_its_bound_is_cut_and_says_so()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.AddProfiling());

        var profile = await WhileAsync(until => new BurnCpu.Handler().Handle(until), host, ProfileKind.Cpu, 60 * Second, largest: 50_000);

        profile.End.ShouldBe(ProfileEnd.Size);
        profile.Time.ShouldBeLessThan(60 * Second);
        profile.Stacks.ShouldContain(stack => stack.Frames.Contains(Hot));
        new PprofProfile(PprofWriter.Write(profile)).Comments.ShouldContain(comment => comment.StartsWith("cut: ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_host_that_stops_answers_with_what_there_is()
    {
        await using var host = await ObservedHost.StartAsync(builder => builder.AddProfiling());
        var before = Folders();
        var taken = ProfilerOf(host).TakeAsync(ProfileKind.Cpu, 60 * Second, CancellationToken.None);
        await Eventually.PassesAsync(() => Folders().Except(before).SelectMany(Directory.EnumerateFiles).ShouldNotBeEmpty());

        host.Services.GetRequiredService<IHostApplicationLifetime>().StopApplication();

        (await taken.WaitAsync(20 * Second)).Value.End.ShouldBe(ProfileEnd.Stop);
        Folders().ShouldBe(before);
    }

    // The threads of the test runner wait for work by spinning, which is work, too.
    private static IEnumerable<string> TopOf(IEnumerable<(string Method, long Value)> innermost) =>
        innermost.GroupBy(sample => sample.Method, sample => sample.Value).OrderByDescending(method => method.Sum()).Take(2).Select(method => method.Key);

    private static Profiler ProfilerOf(ObservedHost host) => host.Services.GetRequiredService<Profiler>();

    private static string[] Folders() => [.. Directory.EnumerateDirectories(Path.GetTempPath(), $"{NettraceFile.Prefix}*").Order(StringComparer.Ordinal)];

    private static async Task<Profile> WhileAsync(Func<CancellationToken, Task> work, ObservedHost host, ProfileKind kind, TimeSpan? time = null,
        long largest = Profiler.LargestFile)
    {
        using var done = new CancellationTokenSource();
        var working = work(done.Token);
        try
        {
            return await ProfilerOf(host).RecordAsync(kind, time ?? Second, largest, CancellationToken.None);
        }
        finally
        {
            await done.CancelAsync();
            await working;
        }
    }
}
