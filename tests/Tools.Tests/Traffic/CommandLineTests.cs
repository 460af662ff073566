namespace ECommerce.Tools.Tests.Traffic;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("--rate", "0")]
    [InlineData("--rate", "many")]
    [InlineData("--for", "5")]
    [InlineData("--for", "-5s")]
    [InlineData("--think", "2h")]
    [InlineData("--count", "0")]
    [InlineData("--in-flight", "0")]
    [InlineData("--customers", "0")]
    [InlineData("--seed", "seven")]
    [InlineData("--mix", "steal=1")]
    [InlineData("--mix", "buy=0")]
    [InlineData("--mix", "restock=1")]
    [InlineData("--shop", "ftp://127.0.0.1")]
    [InlineData("--shop", "http://192.0.2.1")]
    [InlineData("--admin-email", "admin@shop.example")]
    [InlineData("--p95", "fast")]
    [InlineData("--errors", "200%")]
    [InlineData("--journal", "/no/such/folder/journal")]
    [InlineData("--hurry", "now")]
    public async Task A_wrong_option_is_named_in_a_sentence_and_nothing_is_sent(string option, string value)
    {
        await using var shop = await StubShop.StartAsync();

        var outcome = await Outcome.OfAsync(shop.Address, option, value);

        outcome.ExitCode.ShouldBe(2);
        outcome.Error.ShouldContain(option);
        outcome.Error.ShouldNotContain("   at ");
        shop.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_shop_that_is_not_there_is_a_sentence()
    {
        var outcome = await Outcome.OfAsync(Loopback.FreeAddress());

        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldStartWith("There is no shop at http://127.0.0.1:");
        outcome.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public async Task What_is_no_shop_gets_no_customers()
    {
        await using var shop = await StubShop.StartAsync();
        shop.Misbehaves = async (context, _) =>
        {
            await context.Response.Body.WriteAsync("<html>"u8.ToArray());
            return true;
        };

        var outcome = await Outcome.OfAsync(shop.Address);

        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain("Unreadable");
        shop.Requests.ShouldHaveSingleItem();
    }
}
