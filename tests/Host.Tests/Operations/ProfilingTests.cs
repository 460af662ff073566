using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Web;

namespace ECommerce.Host.Tests.Operations;

/// <summary>What an operator can learn from a running host about its processor and its memory.</summary>
[Trait("Category", "Running")]
public sealed class ProfilingTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task The_profile_for_pprof_says_in_which_use_case_the_time_goes()
    {
        var customer = await shop.Given.ACustomerAsync();
        using var busy = new CancellationTokenSource();
        var traffic = Task.Run(async () =>
        {
            while (!busy.IsCancellationRequested)
                await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => shop.GetAsync("/api/orders", customer)));
        });

        // On a busy machine two seconds may pass without a sample in a handler that takes microseconds.
        var inSlice = await Eventually.GetAsync(async () =>
        {
            using var answer = await AskAsync(HttpMethod.Get, "/debug/pprof/profile?seconds=2");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            answer.Content.Headers.ContentType?.MediaType.ShouldBe("application/octet-stream");
            var profile = new PprofProfile(await answer.Content.ReadAsByteArrayAsync());
            return profile.Samples.Where(sample => sample.Labels.GetValueOrDefault("slice") == "ListOrders").ToList() is { Count: > 0 } found ? found : null;
        }, "a sample in ListOrders");
        await busy.CancelAsync();
        await traffic;

        inSlice.ShouldAllBe(sample => sample.Labels["module"] == "orders" && sample.Frames.Contains("ECommerce.Orders.ListOrders+Handler.Handle"));
    }

    [Fact]
    public async Task The_profile_for_speedscope_is_one_that_it_can_open()
    {
        using var answer = await AskAsync(HttpMethod.Get, "/debug/profile?seconds=1");

        var file = await answer.Content.ReadFromJsonAsync<JsonElement>();
        file.GetProperty("$schema").GetString().ShouldBe("https://www.speedscope.app/file-format-schema.json");
        file.GetProperty("profiles").EnumerateArray().ShouldHaveSingleItem().GetProperty("type").GetString().ShouldBe("sampled");
    }

    [Fact]
    public async Task Allocations_are_a_table_to_read()
    {
        using var answer = await AskAsync(HttpMethod.Get, "/debug/allocations?seconds=1");

        var table = await answer.Content.ReadFromJsonAsync<JsonElement>();
        table.EnumerateObject().Select(member => member.Name).ShouldBe(["seconds", "bytes", "samples", "dropped", "remarks", "types"]);
    }

    [Fact]
    public async Task A_second_session_is_told_how_long_to_wait()
    {
        var first = AskAsync(HttpMethod.Get, "/debug/profile?seconds=2");
        var second = await Eventually.GetAsync(async () =>
            await AskAsync(HttpMethod.Get, "/debug/allocations?seconds=1") is { StatusCode: HttpStatusCode.Conflict } refused ? refused : null);

        var problem = await second.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetProperty("code").GetString().ShouldBe("profile_in_progress");
        problem.GetProperty("retryAfterSeconds").GetInt32().ShouldBeInRange(1, 4);
        (await first).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_caller_who_hangs_up_makes_way_for_the_next()
    {
        using var caller = new CancellationTokenSource();
        var abandoned = AskAsync(HttpMethod.Get, "/debug/profile?seconds=60", caller.Token);
        await Eventually.TrueAsync(async () => (await AskAsync(HttpMethod.Get, "/debug/profile?seconds=1")).StatusCode == HttpStatusCode.Conflict);

        await caller.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => abandoned);
        await Eventually.TrueAsync(async () => (await AskAsync(HttpMethod.Get, "/debug/profile?seconds=1")).StatusCode == HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("/debug/pprof/profile?seconds=0", "seconds")]
    [InlineData("/debug/pprof/profile?seconds=61", "seconds")]
    [InlineData("/debug/profile?seconds=", "seconds")]
    [InlineData("/debug/profile?seconds=1&seconds=2", "seconds")]
    [InlineData("/debug/profile?seconds=+5", "seconds")]
    [InlineData("/debug/profile?seconds=99999999999", "seconds")]
    [InlineData("/debug/profile?format=flame", "format")]
    [InlineData("/debug/profile?format=json", "format")]
    [InlineData("/debug/allocations?format=", "format")]
    [InlineData("/debug/allocations?seconds=soon", "seconds")]
    public async Task What_cannot_be_taken_is_refused_by_its_field(string path, string field)
    {
        using var answer = await AskAsync(HttpMethod.Get, path);

        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors").EnumerateObject().Select(error => error.Name).ShouldBe([field]);
    }

    [Theory]
    [InlineData("GET", "/debug/pprof/profile")]
    [InlineData("GET", "/debug/profile?seconds=soon")]
    [InlineData("GET", "/debug/allocations")]
    [InlineData("GET", "/debug/gc")]
    [InlineData("POST", "/debug/gc")]
    public async Task Without_the_key_there_is_nothing_and_at_the_public_door_it_is_not_even_there(string method, string path)
    {
        using var keyless = new HttpRequestMessage(new(method), path);
        using var refused = await shop.Management.SendAsync(keyless);
        refused.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);

        var elsewhere = await shop.SendAsync(new(method), path, headers: (ManagementKey.Header, shop.ManagementKey));
        (elsewhere.Status, elsewhere.Code).ShouldBe((404, "not_found"));
    }

    [Fact]
    public async Task The_heap_shows_its_generations_and_a_collection_frees_what_nobody_holds()
    {
        Waste();

        using var collected = await AskAsync(HttpMethod.Post, "/debug/gc");
        using var looked = await AskAsync(HttpMethod.Get, "/debug/gc");

        var freed = await collected.Content.ReadFromJsonAsync<JsonElement>();
        freed.GetProperty("freedBytes").GetInt64().ShouldBeGreaterThan(20_000_000);
        freed.GetProperty("tookMs").GetDouble().ShouldBeGreaterThan(0);
        var heap = await looked.Content.ReadFromJsonAsync<JsonElement>();
        heap.GetProperty("heapByGeneration").EnumerateObject().Select(generation => generation.Name).ShouldBe(["gen0", "gen1", "gen2", "loh", "poh"]);
        heap.GetProperty("collections").GetProperty("gen2").GetInt32().ShouldBeGreaterThan(0);
        heap.GetProperty("totalAllocatedBytes").GetInt64().ShouldBeGreaterThan(0);
        await Eventually.PassesAsync(() => shop.Log.Lines.ShouldContain(line => line.GetProperty("event").GetString() == "heap.collected"));
    }

    // In a frame of its own, so that no local holds it.
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static void Waste() => GC.KeepAlive(Enumerable.Range(0, 40).Select(_ => new byte[1_000_000]).ToList());

    private async Task<HttpResponseMessage> AskAsync(HttpMethod method, string path, CancellationToken ct = default)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { ManagementKey.Header, shop.ManagementKey } } };
        return await shop.Management.SendAsync(request, ct);
    }
}
