using System.Diagnostics;
using System.Xml.Linq;

namespace ECommerce.Docs.Tests;

/// <summary>The length of the README, its picture and the script that draws it, and the workflow of GitHub.</summary>
public sealed class FirstMinutesTests(DemoShop shop) : IClassFixture<DemoShop>
{
    private const string Picture = "docs/pictures/order-trace.svg";
    private const string Console = "docs/pictures/console-overview.png";

    [Fact]
    public void The_readme_has_at_most_900_words() =>
        Page.Read("README.md").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length.ShouldBeLessThanOrEqualTo(900);

    [Fact]
    public void The_readme_shows_a_picture_of_the_console_of_less_than_300_kilobytes()
    {
        Page.Read("README.md").ShouldContain($"]({Console})");
        new FileInfo(Path.Combine(Repository.Root, Console)).Length.ShouldBeInRange(20_000, 300_000);
    }

    [Fact]
    public void An_order_s_way_is_shown_by_a_picture_of_less_than_150_kilobytes()
    {
        Page.Read("docs/follow-an-order.md").ShouldContain("](pictures/order-trace.svg)");
        Page.Read(Picture).Length.ShouldBeInRange(2_000, 150_000);
    }

    [Fact]
    public async Task The_script_draws_the_trace_of_an_order_from_a_running_shop()
    {
        var drawn = await DrawAsync();

        foreach (var span in (string[])["POST /api/orders", "PlaceOrder", "ReserveStock", "INSERT orders.orders", "process OrderPlaced"])
            Texts(drawn).ShouldContain(span);
        Texts(Page.Read(Picture)).Except(Texts(drawn)).ShouldBeEmpty("make picture draws the committed one again: the shop no longer has these spans.");
    }

    [Fact]
    public void The_workflow_runs_the_script_of_the_build_server()
    {
        Page.Read(".github/workflows/ci.yml").ShouldContain("run: bash .ci/run\n");
        Page.Exists(".ci/run").ShouldBeTrue();
    }

    private async Task<string> DrawAsync()
    {
        var start = new ProcessStartInfo(Path.Combine(Repository.Root, "docs/pictures/order-trace.sh")) { RedirectStandardOutput = true, WorkingDirectory = shop.Folder };
        start.Environment["SHOP"] = shop.Public.BaseAddress!.GetLeftPart(UriPartial.Authority);
        start.Environment["MANAGEMENT"] = shop.Management.BaseAddress!.GetLeftPart(UriPartial.Authority);
        using var script = Process.Start(start)!;
        var written = await script.StandardOutput.ReadToEndAsync();
        await script.WaitForExitAsync();
        script.ExitCode.ShouldBe(0, written);
        return written;
    }

    // Durations differ from run to run.
    private static List<string> Texts(string svg) =>
        [.. XDocument.Parse(svg).Descendants().Where(element => element.Attribute("class")?.Value == "name").Select(element => element.Value)];
}
