using System.Text.Json.Nodes;
using ECommerce.Host;

namespace ECommerce.Deploy.Tests.Alerts;

/// <summary>The routes of Alertmanager: the tickets of a module reach the receiver that has its name.</summary>
public sealed class ModuleRoutesTests
{
    private static readonly JsonNode Configuration = new DeployFile("deploy/alertmanager/alertmanager.yml").Read();

    /// <summary>Every module of the shop.</summary>
    public static TheoryData<string> Modules => [.. ShopModules.Names];

    [Theory]
    [MemberData(nameof(Modules))]
    public void The_tickets_of_a_module_go_to_its_own_receiver(string module)
    {
        var route = Configuration["route"]!["routes"]!.AsArray().FirstOrDefault(route => Text(route!, "receiver") == module);
        var advice = $"""
            Without a route its tickets go to `platform`. In deploy/alertmanager/alertmanager.yml, under `routes`:
                - receiver: {module}
                  matchers: [module = "{module}"]
            and under `receivers` one of the name {module}, like the others.
            """;

        route.ShouldNotBeNull(advice);
        route["matchers"]!.AsArray().Select(matcher => matcher!.GetValue<string>()).ShouldBe([$"module = \"{module}\""], advice);
        Configuration["receivers"]!.AsArray().Select(receiver => Text(receiver!, "name")).ShouldContain(module, advice);
    }

    [Fact]
    public void No_receiver_is_left_of_a_module_that_is_gone() =>
        Configuration["receivers"]!.AsArray().Select(receiver => Text(receiver!, "name")).ShouldBe(["pager", "platform", .. ShopModules.Names], ignoreOrder: true);

    private static string Text(JsonNode node, string member) => node[member]!.GetValue<string>();
}
