namespace ECommerce.Docs.Tests;

/// <summary>What the README tells a newcomer to type answers as it says.</summary>
public sealed class ReadmeTests(DemoShop shop) : IClassFixture<DemoShop>
{
    // A person who pastes gives the outboxes the moment that they need.
    private const string Settle = "for try in $(seq 200); do curl -s -H \"X-Management-Key: $(cat .data/keys/management.key)\" http://127.0.0.1:5081/ops/outbox | grep -q '\"items\":\\[\\]' && break; done";

    [Fact]
    public async Task The_calls_of_the_readme_answer_as_printed()
    {
        var calls = Call.Of(new Page("README.md"));
        calls.Count.ShouldBe(11, "five calls to a paid order, its timeline, its metric, three to follow it, and one to find others");

        // The last of them searches the lines, which the first command has to keep.
        Page.Read("README.md").Split("## Buy something")[0].ShouldContain("make run Logging__File=shop.log");
        await using var terminal = new Terminal(shop, shop.Folder);
        foreach (var call in calls)
        {
            call.ShouldBeAnswered(await terminal.TypeAsync(call.Typed.Replace("shop.log", shop.LogFile, StringComparison.Ordinal)));
            await terminal.TypeAsync(Settle);
        }
    }
}
