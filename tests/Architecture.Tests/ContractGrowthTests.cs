using ECommerce.Host;
using ECommerce.Topology;

namespace ECommerce.Architecture.Tests;

/// <summary>
/// Contracts between hosts of two releases: requests and their results grow by optional members only (docs/adr/0049).
/// <c>Calls/&lt;wire name&gt;.jsonl</c> holds the shapes of a request, <c>….result.jsonl</c> those of its value (<see cref="WireShapes"/>).
/// </summary>
public sealed class ContractGrowthTests
{
    private const string Rule = "During an upgrade hosts of two releases call each other: a contract only gains optional members. Any other change is a new contract, whose name ends in V2.";

    private static readonly WireShapes Shapes = new("Calls");

    private static readonly Dictionary<string, Type> Types = ContractCatalogue.Of(ShopModules.All).All
        .SelectMany(contract => (KeyValuePair<string, Type>[])[new(contract.Name, contract.Request), new($"{contract.Name}.result", contract.Value)]).ToDictionary();

    /// <summary>The wire names of all requests, and of their results.</summary>
    public static TheoryData<string> Travellers => [.. Types.Keys];

    [Theory]
    [MemberData(nameof(Travellers))]
    public void What_a_former_release_sends_is_read_without_loss(string name) => Shapes.ReadsFormerPayloads(Types[name], name, Rule);

    [Theory]
    [MemberData(nameof(Travellers))]
    public void The_shape_of_today_is_approved(string name) => Shapes.IsApproved(Types[name], name, Rule);

    [Theory]
    [MemberData(nameof(Travellers))]
    public void A_member_of_a_later_version_is_ignored(string name) => Shapes.IgnoresUnknownMembers(Types[name], name);

    [Fact]
    public void A_contract_that_was_served_stays() => Shapes.Gone(Types.Keys).ShouldBeEmpty(
        $"Hosts of the former release may still call these contracts. Keep them, and remove them with their files in {Shapes.Folder} one release after their last caller.");
}
