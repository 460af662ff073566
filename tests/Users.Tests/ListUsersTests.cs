using System.Globalization;

namespace ECommerce.Users.Tests;

[Collection(nameof(Shop))]
public sealed class ListUsersTests(ShopFixture shop)
{
    [Fact]
    public async Task Pages_hold_everyone_once_and_the_newest_first()
    {
        var family = NewName();
        List<Guid> made = [];
        for (var i = 0; i < 5; i++)
            made.Insert(0, (await shop.Given.ACustomerAsync(name: $"{family} {i}")).Id);

        List<Guid> seen = [];
        string? next = null;
        do
        {
            var page = await ListAsync($"?search={family}&limit=2{(next is null ? "" : $"&after={next}")}");
            page.Status.ShouldBe(200, page.Text);
            var ids = IdsOf(page);
            ids.Length.ShouldBeLessThanOrEqualTo(2);
            seen.AddRange(ids);
            next = page.Body.GetProperty("next").GetString();
        }
        while (next is not null);

        seen.ShouldBe(made);
    }

    [Fact]
    public async Task A_page_that_is_just_full_is_the_last()
    {
        var family = NewName();
        await shop.Given.ACustomerAsync(name: $"{family} 1");
        await shop.Given.ACustomerAsync(name: $"{family} 2");

        var page = await ListAsync($"?search={family}&limit=2");

        IdsOf(page).Length.ShouldBe(2);
        page.Body.GetProperty("next").GetString().ShouldBeNull();
    }

    [Fact]
    public async Task A_search_looks_into_names_and_emails_without_case()
    {
        var customer = await shop.Given.ACustomerAsync(name: NewName());

        IdsOf(await ListAsync($"?search={customer.Name.ToUpperInvariant()}")).ShouldBe([customer.Id]);
        IdsOf(await ListAsync($"?search={customer.Email.ToUpperInvariant()}")).ShouldBe([customer.Id]);
    }

    [Theory]
    [InlineData("{0}%100", "{0}x100")]
    [InlineData("{0}_100", "{0}x100")]
    [InlineData(@"{0}\100", "{0}100")]
    public async Task What_is_searched_for_is_text_and_no_pattern(string named, string otherwise)
    {
        var family = NewName();
        var wanted = await shop.Given.ACustomerAsync(name: Format(named, family));
        await shop.Given.ACustomerAsync(name: Format(otherwise, family));

        IdsOf(await ListAsync($"?search={Uri.EscapeDataString(wanted.Name)}")).ShouldBe([wanted.Id]);
    }

    [Fact]
    public async Task Who_has_been_deleted_is_not_listed()
    {
        var customer = await shop.Given.ACustomerAsync(name: NewName());
        await shop.DeleteAsync($"/api/users/{customer.Id}", customer);

        IdsOf(await ListAsync($"?search={customer.Name}")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Only_an_administrator_may_look_at_the_list()
    {
        var answer = await shop.GetAsync("/api/users", await shop.Given.ACustomerAsync());

        answer.Status.ShouldBe(403);
        answer.Code.ShouldBe("forbidden");
    }

    [Theory]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=101", "limit")]
    [InlineData("?limit=many", "limit")]
    [InlineData("?limit=99999999999", "limit")]
    [InlineData("?after=yesterday", "after")]
    [InlineData("?after=eyJLZXkiOiJ4IiwiSWQiOiJ5In0", "after")]
    [InlineData("?search=a%00b", "search")]
    [InlineData("?search=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "search")]
    public async Task A_list_that_cannot_be_made_is_refused_and_names_the_parameter(string query, string field)
    {
        var answer = await ListAsync(query);

        answer.Status.ShouldBe(400, answer.Text);
        answer.Fields.ShouldBe([field]);
    }

    private async Task<Answer> ListAsync(string query) => await shop.GetAsync($"/api/users{query}", await shop.Given.AdminAsync());

    private static Guid[] IdsOf(Answer page) => [.. page.Body.GetProperty("items").EnumerateArray().Select(user => user.GetProperty("id").GetGuid())];

    private static string NewName() => $"family{Guid.NewGuid():N}";

    private static string Format(string pattern, string family) => string.Format(CultureInfo.InvariantCulture, pattern, family);
}
