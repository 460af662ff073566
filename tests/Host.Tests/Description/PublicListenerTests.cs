using ECommerce.Web;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Host.Tests.Description;

public sealed class PublicListenerTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private const string BrowserAccept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    [Fact]
    public async Task A_newcomer_with_a_browser_finds_the_way_from_the_front_page()
    {
        var page = await shop.GetAsync("/", null, ("Accept", BrowserAccept));

        page.Status.ShouldBe(200);
        page.Header("Content-Type")!.ShouldStartWith("text/html");
        page.Text.ShouldContain("href=\"/docs\"");
        (await shop.GetAsync("/")).Body.GetProperty("docs").GetString().ShouldBe("/docs");
    }

    [Fact]
    public async Task Every_refusal_is_explained_to_programs_and_to_people()
    {
        foreach (var error in shop.Services.GetRequiredService<ErrorCatalogue>().All)
        {
            var explained = await shop.GetAsync($"/problems/{error.Code}");
            explained.Body.EnumerateObject().Select(member => member.Name).ShouldBe(["code", "title", "status", "advice"]);
            explained.Body.GetProperty("advice").GetString().ShouldBe(error.Advice);

            var page = await shop.GetAsync($"/problems/{error.Code}", null, ("Accept", BrowserAccept));
            page.Text.ShouldContain(error.Code);
            page.Header("Content-Type")!.ShouldStartWith("text/html");
        }
    }

    [Fact]
    public async Task The_list_of_problems_has_them_all_in_order()
    {
        var codes = (await shop.GetAsync("/problems")).Body.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("code").GetString()).ToArray();

        codes.ShouldBe(shop.Services.GetRequiredService<ErrorCatalogue>().All.Select(error => error.Code).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task An_unknown_problem_is_a_problem()
    {
        var answer = await shop.GetAsync("/problems/no_such_code");

        (answer.Status, answer.Code).ShouldBe((404, "not_found"));
    }

    [Fact]
    public async Task The_token_keys_hold_the_public_half_and_may_be_kept_for_five_minutes()
    {
        var answer = await shop.GetAsync("/.well-known/jwks.json");
        var key = answer.Body.GetProperty("keys").EnumerateArray().ShouldHaveSingleItem();

        key.EnumerateObject().Select(member => member.Name).ShouldBe(["kty", "crv", "x", "y", "use", "alg", "kid"]);
        answer.Header("Cache-Control").ShouldBe("public, max-age=300");
    }

    [Fact]
    public async Task What_belongs_to_operators_is_not_found_here()
    {
        foreach (var path in (string[])["/ops", "/ops/outbox", "/metrics"])
            ((await shop.GetAsync(path)).Status, (await shop.GetAsync(path)).Code).ShouldBe((404, "not_found"), path);
    }
}
