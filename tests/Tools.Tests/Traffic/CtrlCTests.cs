namespace ECommerce.Tools.Tests.Traffic;

public sealed class CtrlCTests
{
    [Fact]
    public async Task Ctrl_C_ends_it_with_a_summary()
    {
        await using var shop = await StubShop.StartAsync();
        await using var traffic = Tool.StartTraffic(shop.Address, "--for", "1h", "--rate", "50", "--think", "5m", "--mix", "browse=1");
        await Eventually.TrueAsync(() => shop.Requests.Count > 20);

        await traffic.SignalAsync("INT");

        (await traffic.WaitForExitAsync()).ShouldBe(0);
        traffic.Output.ShouldContain("left when the run ended");
        traffic.Report.GetProperty("journeys").GetProperty("leftEarly").GetInt32().ShouldBeGreaterThan(10);
        traffic.Report.GetProperty("requests").GetInt32().ShouldBe(shop.Requests.Count);
    }
}
