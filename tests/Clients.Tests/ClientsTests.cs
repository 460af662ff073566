namespace ECommerce.Clients.Tests;

/// <summary>
/// Clients that generators make of the served description. Each is compiled as strictly as its language can and goes through one purchase; the
/// programs check what they are answered, in the types that the generator gave it.
/// </summary>
public sealed class ClientsTests(GeneratedClients shop) : IClassFixture<GeneratedClients>
{
    [Fact]
    public async Task A_client_made_by_Kiota_buys() => await ShouldHaveBoughtAsync(await shop.Kiota);

    [Fact]
    public async Task A_client_made_by_NSwag_buys() => await ShouldHaveBoughtAsync(await shop.Nswag);

    [NodeFact]
    public async Task A_client_made_by_openapi_typescript_buys() => await ShouldHaveBoughtAsync(await shop.TypeScript);

    [NodeFact]
    public async Task Spectral_finds_nothing() =>
        (await shop.NodeAsync("@stoplight/spectral-cli/dist/index.js", "lint", shop.Description, "--fail-severity", "hint"))
            .ShouldContain("No results with a severity of 'hint' or higher found!");

    [NodeFact]
    public async Task Redocly_finds_nothing()
    {
        var findings = await shop.NodeAsync("@redocly/cli/bin/cli.js", "lint", shop.Description, "--format", "json");

        findings.ShouldContain("\"errors\": 0");
        findings.ShouldContain("\"warnings\": 0");
    }

    // The last word of a purchase: "bought <order> for <total>".
    private async Task ShouldHaveBoughtAsync(string written)
    {
        var words = written.TrimEnd().Split('\n')[^1].Split(' ');
        words.ShouldBe(["bought", words[1], "for", "0.60"], written);

        var order = await shop.GetAsync($"/api/orders/{words[1]}", await shop.Given.AdminAsync());

        order.Body.GetProperty("status").GetString().ShouldBe("paid");
        order.Body.GetProperty("total").GetProperty("amount").GetRawText().ShouldBe("0.60");
    }
}

/// <summary>A fact about programs that run on Node.js; skipped, with the reason, where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeFactAttribute : FactAttribute
{
    public NodeFactAttribute() => Skip = Tool.NodeObstacle;
}
