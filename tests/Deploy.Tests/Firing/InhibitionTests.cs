using System.Net.Http.Json;
using System.Text.Json;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>Who is not called because somebody has said it already: asked of a real Alertmanager.</summary>
[Trait("Category", "Running")]
public sealed class InhibitionTests(InhibitionTests.OnePager one) : IClassFixture<InhibitionTests.OnePager>
{
    private readonly DateTimeOffset _began = DateTimeOffset.UtcNow;

    public static TheoryData<string, string, bool> Pairs() => new()
    {
        { "HostDown platform", "AvailabilityBudgetBurnsFast orders availability", true },
        { "HostDown platform", "DatabaseUnreachable platform", true },
        { "HostDown platform", "GatewayErrors gateway", true },
        { "HostDown platform", "TargetDown platform", false },
        { "HostMissing platform @one", "HostNotReady platform @one", true },
        { "HostMissing platform @one", "DatabaseUnreachable platform @two", false },
        { "HostMissing platform @one", "AvailabilityBudgetBurnsFast products availability", false },
        { "HostMissing platform @one", "OutboxDeadLetters orders", false },
        { "DatabaseUnreachable platform @one", "HostNotReady platform @one", true },
        { "DatabaseUnreachable platform @one", "ConnectionPoolSaturated orders @one", true },
        { "DatabaseUnreachable platform @one", "HostNotReady platform @two", false },
        { "DatabaseUnreachable platform @one", "OutboxOld orders", false },
        { "DatabaseUnreachable platform", "AvailabilityBudgetBurnsFast orders availability", false },
        { "DatabaseUnreachable platform", "PaymentFailures orders", false },
        { "AvailabilityBudgetBurnsFast orders availability", "AvailabilityBudgetBurnsSlowly orders availability", true },
        { "AvailabilityBudgetBurnsFast orders availability", "AvailabilityBudgetBurnsSlowly users availability", false },
        { "LatencyBudgetBurnsFast orders latency", "LatencyBudgetBurnsSlowly orders latency", true },
        { "LatencyBudgetBurnsFast orders latency", "AvailabilityBudgetBurnsSlowly orders availability", false },
        { "AvailabilityBudgetBurnsFast orders availability", "LatencyBudgetBurnsFast orders latency", true },
        { "AvailabilityBudgetBurnsFast orders availability", "LatencyBudgetBurnsFast users latency", false },
        { "AvailabilityBudgetBurnsFast orders availability", "NoOrders orders", true },
        { "AvailabilityBudgetBurnsFast users availability", "NoOrders orders", false },
        { "AvailabilityBudgetBurnsFast users availability", "GatewayErrors gateway", true },
        { "AvailabilityBudgetBurnsFast orders availability", "DatabaseUnreachable platform", false },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task An_alert_mutes_what_only_repeats_it(string source, string target, bool muted)
    {
        await using var alertmanager = await AlertmanagerServer.StartAsync(one.Pager.Address);

        using var taken = await alertmanager.Client.PostAsJsonAsync("/api/v2/alerts", new[] { Alert(source), Alert(target) });
        taken.EnsureSuccessStatusCode();

        // The source's call has gone out, so the target's would have, too.
        await Eventually.TrueAsync(async () => (await NamesAsync()).Contains(NameOf(source)));
        if (!muted)
            await Eventually.TrueAsync(async () => (await NamesAsync()).Contains(NameOf(target)));
        (await IsMutedAsync(alertmanager, NameOf(target))).ShouldBe(muted);
    }

    private static object Alert(string text)
    {
        string[] words = [.. text.Split(' ').Where(word => word[0] != '@')];
        var labels = new Dictionary<string, string> { ["alertname"] = words[0], ["module"] = words[1], ["severity"] = words.Length > 2 || words[0] == "HostDown" ? "page" : "ticket" };
        if (words.Length > 2)
            labels["slo"] = words[2];
        if (text.Split('@') is [_, var instance])
            labels["instance"] = $"{instance}:5081";
        return new { labels };
    }

    private static string NameOf(string text) => text.Split(' ')[0];

    // Those before were told of by another Alertmanager, which is gone.
    private async Task<HashSet<string>> NamesAsync() => [.. Call.From(await one.Pager.ReceivedAsync()).Where(call => call.At > _began).Select(call => call.Alert)];

    private static async Task<bool> IsMutedAsync(AlertmanagerServer alertmanager, string name)
    {
        var alerts = await alertmanager.Client.GetFromJsonAsync<JsonElement>("/api/v2/alerts");
        var alert = alerts.EnumerateArray().Single(alert => alert.GetProperty("labels").GetProperty("alertname").GetString() == name);
        return alert.GetProperty("status").GetProperty("inhibitedBy").GetArrayLength() > 0;
    }

    /// <summary>Whoever is called, in all of the tests.</summary>
    public sealed class OnePager : IAsyncLifetime
    {
        internal Pager Pager { get; private set; } = null!;

        public async Task InitializeAsync() => Pager = await Pager.StartAsync();

        public Task DisposeAsync() => Pager.DisposeAsync().AsTask();
    }
}
