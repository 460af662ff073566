using ECommerce.Incidents.Running;

namespace ECommerce.Incidents.Tests.Running;

[Trait("Category", "Running")]
public sealed class ArenaTests
{
    [Fact]
    public async Task A_restart_with_other_settings_keeps_the_addresses_and_refuses_nobody()
    {
        await using var arena = await Arena.OpenAsync(1, CancellationToken.None);
        using var client = arena.ClientAt("203.0.113.7", "a test");
        (await client.GetAsync("/api/products")).EnsureSuccessStatusCode();
        var before = arena.HostProcessId;

        await arena.RestartAsync(new Dictionary<string, string?> { ["Database__MaxPoolSize"] = "5" }, CancellationToken.None);

        arena.HostProcessId.ShouldNotBe(before);
        (await client.GetAsync("/api/products")).EnsureSuccessStatusCode();
        using var operators = new HttpClient { BaseAddress = arena.Management, DefaultRequestHeaders = { { "X-Management-Key", arena.ManagementKey } } };
        (await operators.GetStringAsync("/ops/api/alerts")).ShouldContain("HostNotReady");
        arena.Entrances.Block("203.0.113.7").ShouldBeTrue();
        await Should.ThrowAsync<HttpRequestException>(() => client.GetAsync("/api/products"));
    }
}
