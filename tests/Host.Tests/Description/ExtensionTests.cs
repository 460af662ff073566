using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ECommerce.Host.Tests.Description;

public sealed partial class ExtensionTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task Every_extension_that_a_refusal_documents_is_a_member_of_the_described_problem()
    {
        var problem = (await shop.GetAsync("/openapi/v1.json")).Body.GetProperty("components").GetProperty("schemas").GetProperty("Problem").GetProperty("properties");
        var described = problem.EnumerateObject().Select(member => member.Name).ToArray();

        var documented = Directory.GetFiles(AppContext.BaseDirectory, "ECommerce.*.xml")
            .SelectMany(file => XDocument.Load(file).Descendants("summary"))
            .Where(summary => summary.Value.Trim().StartsWith("The extension", StringComparison.Ordinal))
            .SelectMany(summary => summary.Elements("c"), (_, name) => name.Value)
            .Where(name => Name().IsMatch(name))
            .Distinct()
            .ToArray();

        documented.ShouldContain("orderStatus");
        documented.Except(described).ShouldBeEmpty();
    }

    // Not {line, productId, …}, which lists the members of an extension.
    [GeneratedRegex("^[A-Za-z]+$")]
    private static partial Regex Name();
}
