using System.Globalization;
using Observability.Console.Queries;

namespace Observability.Console.Tests;

public sealed class MapLayoutTests
{
    private readonly Random _random = new(20261130);

    [Fact]
    public void Calls_lead_to_the_right_and_a_part_stands_behind_the_last_of_its_callers()
    {
        var map = MapLayout.Place([Edge("callers", "orders"), Edge("orders", "products"), Edge("callers", "products"), Edge("products", "database"), Edge("orders", "database")]);

        map.Nodes.Select(node => $"{node.Node.Name} {node.Column} {node.Row}").ShouldBe(["callers 0 0", "orders 1 0", "products 2 0", "database 3 0"]);
        (map.Columns, map.Rows).ShouldBe((4, 1));
    }

    [Fact]
    public void A_cycle_and_a_call_of_itself_are_drawn_all_the_same()
    {
        var map = MapLayout.Place([Edge("callers", "a"), Edge("a", "b"), Edge("b", "a"), Edge("b", "b")]);

        map.Nodes.Select(node => $"{node.Node.Name} {node.Column}").ShouldBe(["callers 0", "a 1", "b 2"]);
        MapLayout.Place([]).Nodes.ShouldBeEmpty();
    }

    [Fact]
    public void No_two_parts_have_one_place_and_the_order_of_edges_does_not_matter()
    {
        for (var round = 0; round < 200; round++)
        {
            MapEdge[] edges = [.. Enumerable.Range(0, _random.Next(1, 60)).Select(_ => Edge(Name(), Name())).DistinctBy(edge => (edge.From, edge.To))];

            var map = MapLayout.Place(edges);

            map.Nodes.Select(node => node.Node).ShouldBe(edges.SelectMany(edge => new[] { edge.From, edge.To }).Distinct(), ignoreOrder: true);
            map.Nodes.Select(node => (node.Column, node.Row)).ShouldBeUnique();
            map.Nodes.ShouldAllBe(node => node.Column < map.Columns && node.Row < map.Rows);
            MapLayout.Place([.. edges.OrderBy(_ => _random.Next())]).Nodes.ShouldBe(map.Nodes);
        }
    }

    private string Name() => $"part {_random.Next(20).ToString(CultureInfo.InvariantCulture)}";

    private static MapEdge Edge(string from, string to) => new(Node(from), Node(to), new());

    private static MapNode Node(string name) => new(name, name is "callers" or "database" ? name : "module");
}
