namespace ECommerce.Docs.Tests;

/// <summary>The commands of the README and of docs/follow-an-order.md, typed into a shell: each answers as it is printed there.</summary>
public sealed class ReadmeTests(DemoShop shop) : IClassFixture<DemoShop>
{
    // A person who pastes gives the outboxes the moment that they need.
    private const string Settle = "for try in $(seq 200); do curl -s -H \"X-Management-Key: $(cat .data/keys/management.key)\" http://127.0.0.1:5081/ops/outbox | grep -q '\"items\":\\[\\]' && break; done";

    [Fact]
    public async Task The_calls_of_the_readme_and_of_the_page_that_follows_an_order_answer_as_printed()
    {
        var (buying, following) = (Call.Of(new Page("README.md")), Call.Of(new Page("docs/follow-an-order.md")));
        buying.Count.ShouldBe(6, "five calls to a paid order, and its metric");
        following.Count.ShouldBe(6, "an order, its timeline, its trace, its SQL, its log lines, and a search");

        // One of the calls searches the lines, which the first command has to keep.
        Page.Read("README.md").Split("## Buy something")[0].ShouldContain("make run Logging__File=shop.log");
        await using var terminal = new Terminal(shop, shop.Folder);
        foreach (var call in buying.Concat(following))
        {
            call.ShouldBeAnswered(await terminal.TypeAsync(call.Typed.Replace("shop.log", shop.LogFile, StringComparison.Ordinal)));
            await terminal.TypeAsync(Settle);
        }
    }
}
