namespace ECommerce.Host.Tests.Http;

/// <summary>What belongs to somebody is in no cache, whoever asks and whatever is answered.</summary>
public sealed class PrivateCacheControlTests(ShopWithDeadTokens shop) : IClassFixture<ShopWithDeadTokens>
{
    public static TheoryData<string> Calls => new(Api.Endpoints.Select(endpoint => endpoint.Call));

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task An_answer_to_its_owner(string call)
    {
        var (endpoint, scene) = (Api.Of(call), new Scene(shop));
        var by = endpoint.Who is Who.Admin ? await shop.Given.AdminAsync() : await scene.OwnerAsync();

        var answer = await scene.SendAsync(endpoint, endpoint.Who is Who.Anyone ? null : by);

        answer.Status.ShouldBe(endpoint.Success, answer.Text);
        if (IsSomebodys(endpoint))
            answer.Header("Cache-Control").ShouldBe(endpoint.Method == HttpMethod.Get && answer.ETag is not null ? "no-cache, private" : "no-store, private");
        else
            answer.Header("Cache-Control").ShouldNotBe("no-store, private", "the catalogue is everybody's");
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_refusal_of_a_token_of_a_role_or_of_an_owner(string call)
    {
        var endpoint = Api.Of(call);
        if (endpoint.Who is Who.Anyone)
            return;
        var filled = await new Scene(shop).FillAsync(endpoint);
        var stranger = await shop.Given.ACustomerAsync();

        foreach (var by in (Customer?[])[null, stranger with { Token = shop.TokenOfADeletedUser }, .. endpoint.Who is Who.SignedIn ? (Customer[])[] : [stranger]])
        {
            var answer = await new Scene(shop).SendAsync(filled, by);
            answer.Status.ShouldBeInRange(401, 404);
            answer.Header("Cache-Control").ShouldBe("no-store, private");
        }
    }

    [Fact]
    public async Task What_breaks_a_rule_or_has_not_changed()
    {
        var customer = await shop.Given.ACustomerAsync();

        (await shop.PostAsync("/api/users", new { email = "no e-mail" })).Header("Cache-Control").ShouldBe("no-store, private");
        (await shop.PostAsync("/api/users/login", new { email = customer.Email, password = "a wrong one" })).Header("Cache-Control").ShouldBe("no-store, private");
        (await shop.PutAsync($"/api/users/{customer.Id}", new { name = "" }, customer)).Header("Cache-Control").ShouldBe("no-store, private");
        var seen = await shop.GetAsync($"/api/users/{customer.Id}", customer);
        var again = await shop.GetAsync($"/api/users/{customer.Id}", customer, ("If-None-Match", seen.ETag!));
        (again.Status, again.Header("Cache-Control")).ShouldBe((304, "no-cache, private"));
    }

    private static bool IsSomebodys(Endpoint endpoint) => endpoint.Who is not Who.Anyone || endpoint.Method != HttpMethod.Get;
}
