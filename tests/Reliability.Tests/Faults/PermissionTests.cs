using ECommerce.Web;

namespace ECommerce.Reliability.Tests.Faults;

/// <summary>Where the shop may be broken, and by whom.</summary>
[Collection(nameof(ProcessFaults))]
public sealed class PermissionTests
{
    private static readonly (string, string?) Production = ("environment", "Production");

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("production-eu")] // an environment that nobody has thought of
    public async Task Outside_Development_nothing_can_be_switched_on(string environment)
    {
        await using var shop = await OwnFaultShop.StartAsync(("environment", environment), ("Tokens:SigningKey", SigningKey.NewPem()));

        var refused = await shop.OpsAsync(HttpMethod.Put, "/ops/faults/exception", "{}");

        (refused.Status, refused.Code).ShouldBe((403, "faults.not_allowed"), refused.Text);
        (await shop.AskAsync(("X-Fault", "exception"))).Status.ShouldBe(404);
        (await shop.GetAsync("/problems/faults.not_allowed")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task In_Production_a_setting_allows_operators_what_no_request_may_ask_for()
    {
        await using var shop = await OwnFaultShop.StartAsync(Production, ("Tokens:SigningKey", SigningKey.NewPem()), ("Faults:Allowed", "true"));

        (await shop.AskAsync(("X-Fault", "exception"))).Status.ShouldBe(404);
        await shop.OnAsync("exception");
        (await shop.AskAsync()).Status.ShouldBe(500);
    }

    [Fact]
    public async Task A_setting_forbids_it_in_Development_too()
    {
        await using var shop = await OwnFaultShop.StartAsync(("Faults:Allowed", "false"));

        (await shop.OpsAsync(HttpMethod.Put, "/ops/faults/exception", "{}")).Code.ShouldBe("faults.not_allowed");
        (await shop.AskAsync(("X-Fault", "exception"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Settings_switch_faults_on_from_the_start_for_their_time()
    {
        await using var shop = await OwnFaultShop.StartAsync(("Faults:On", "latency=20ms; slice=GetProduct; percentage=50; for=00:30:00, exception; module=orders"));

        var held = await shop.HeldAsync();
        held.Keys.ShouldBe(["latency", "exception"]);
        held["latency"].GetProperty("percentage").GetInt32().ShouldBe(50);
        held["exception"].GetProperty("module").GetString().ShouldBe("orders");
        await shop.LinesOfAsync("exception", "fault.held orders");
    }

    [Theory]
    [InlineData("Development", "exception; percentage=200", "Faults__On: 'exception; percentage=200': percentage: Must be a whole number between 1 and 100.")]
    [InlineData("Development", "nothing", "Faults__On: 'nothing': name: Must be one of latency, ")]
    [InlineData("Production", "exception", "Faults__On: faults are off outside Development. Set Faults__Allowed=true if you mean it.")]
    [InlineData("Staging", "exception", "Faults__On: faults are off outside Development. Set Faults__Allowed=true if you mean it.")]
    public async Task A_setting_that_cannot_be_stops_the_start(string environment, string faults, string complaint)
    {
        var (code, _, errors) = await Subprocess.RunAsync(
            "dotnet", Path.Combine(AppContext.BaseDirectory, "ECommerce.Host.dll"), $"--environment={environment}", $"--Faults:On={faults}");

        code.ShouldBe(1);
        errors.ShouldContain(complaint);
    }
}
