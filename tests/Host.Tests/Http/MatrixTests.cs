using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Host.Tests.Http;

/// <summary>Every endpoint, called by everyone.</summary>
public sealed class MatrixTests(ShopWithDeadTokens shop) : IClassFixture<ShopWithDeadTokens>
{
    public static TheoryData<string> Calls => new(Api.Endpoints.Select(endpoint => endpoint.Call));

    [Fact]
    public void Every_endpoint_has_a_row()
    {
        var mapped = shop.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/api", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods, (endpoint, method) => $"{method} {Route(endpoint)}");

        mapped.Order(StringComparer.Ordinal).ShouldBe(Api.Endpoints.Select(endpoint => endpoint.Route).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public Task Nobody_in_particular(string call) => ExpectAsync(call, _ => Task.FromResult<Customer?>(null), who => who switch
    {
        Who.Anyone => null,
        _ => 401,
    });

    [Theory]
    [MemberData(nameof(Calls))]
    public Task Another_customer(string call) => ExpectAsync(call, async _ => await shop.Given.ACustomerAsync(), who => who switch
    {
        Who.Anyone or Who.SignedIn => null,
        Who.Owner or Who.OwnerOrAdmin => 404,
        _ => 403,
    });

    [Theory]
    [MemberData(nameof(Calls))]
    public Task The_customer_concerned(string call) => ExpectAsync(call, async scene => await scene.OwnerAsync(), who => who switch
    {
        Who.Anyone or Who.SignedIn or Who.Owner or Who.OwnerOrAdmin => null,
        _ => 403,
    });

    [Theory]
    [MemberData(nameof(Calls))]
    public Task The_admin(string call) => ExpectAsync(call, async _ => await shop.Given.AdminAsync(), who => who switch
    {
        Who.Owner => 404,
        _ => null,
    });

    /// <summary>Whose token would do everything, were it a good one.</summary>
    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_token_that_is_not_good(string call)
    {
        var endpoint = Api.Of(call);
        var (forge, scene) = (new Forge(shop), new Scene(shop));
        var good = endpoint.Who is Who.Admin ? await shop.Given.AdminAsync() : await scene.OwnerAsync();
        (string Fault, string Token)[] bad =
        [
            ("expired", forge.Expired(good.Token)),
            ("without an end", forge.Endless(good.Token)),
            ("another issuer", forge.FromAnotherIssuer(good.Token)),
            ("another audience", forge.ForAnotherAudience(good.Token)),
            ("another role than the user's", forge.WithMoreRights(good.Token)),
            ("tampered with", Forge.Tampered(good.Token)),
            ("signed by another", Forge.SignedByAnother(good.Token)),
            ("alg none", Forge.Unsigned(good.Token)),
            ("signed with the public key", forge.SignedWithThePublicKey(good.Token)),
            ("of a deleted user", shop.TokenOfADeletedUser),
            ("older than the password", shop.TokenOlderThanThePassword),
            ("no token at all", "nonsense"),
        ];

        // Who is refused changes nothing, so one request does for all; where no token is looked at, each must find something new.
        var filled = endpoint.Who is Who.Anyone ? endpoint : await scene.FillAsync(endpoint);
        foreach (var (fault, token) in bad)
        {
            var answer = await new Scene(shop).SendAsync(filled, good with { Token = token });
            answer.Status.ShouldBe(endpoint.Who is Who.Anyone ? endpoint.Success : 401, $"{call}, {fault}: {answer.Text}");
            if (answer.Status == 401)
                answer.Code.ShouldBe("unauthorized");
        }

        (await scene.SendAsync(filled, good with { Token = forge.Copy(good.Token) })).Status.ShouldBe(endpoint.Success);
    }

    private async Task ExpectAsync(string call, Func<Scene, Task<Customer?>> caller, Func<Who, int?> refusal)
    {
        var (endpoint, scene) = (Api.Of(call), new Scene(shop));

        var answer = await scene.SendAsync(endpoint, await caller(scene));

        answer.Status.ShouldBe(refusal(endpoint.Who) ?? endpoint.Success, answer.Text);
        if (answer.Status >= 400)
            answer.Code.ShouldBe(answer.Status switch { 401 => "unauthorized", 403 => "forbidden", _ => "not_found" });
    }

    // {id:guid} is {id} to whoever reads the table.
    private static string Route(RouteEndpoint endpoint) => Api.Braces().Replace(endpoint.RoutePattern.RawText!, "{id}");
}
