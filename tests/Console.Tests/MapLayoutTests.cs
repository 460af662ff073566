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

        map.Nodes.Select(node => $"{node.Node.Name} {node.Column}").ShouldBe(["callers 0", "orders 1", "products 2", "database 3"]);
        map.Edges.Select(edge => (edge.Edge.To.Name, Passed: edge.Way.Count - 2)).ShouldBe([("orders", 0), ("products", 0), ("products", 1), ("database", 0), ("database", 1)]);
    }

    [Fact]
    public void What_modules_use_is_in_the_last_column_and_messages_come_back_from_there()
    {
        var map = MapLayout.Place([Edge("callers", "orders"), Edge("orders", "messaging"), Edge("messaging", "products"), Edge("products", "database"), Edge("users", "database")]);

        map.Nodes.Select(node => $"{node.Node.Name} {node.Column}").ShouldBe(["callers 0", "orders 1", "products 1", "users 1", "messaging 2", "database 2"], ignoreOrder: true);
        map.Edges.Single(edge => edge.Edge.From.Name == "messaging").Way.Select(place => place.Column).ShouldBe([2, 1]);
    }

    [Fact]
    public void A_cycle_and_a_call_of_itself_are_drawn_all_the_same()
    {
        var map = MapLayout.Place([Edge("callers", "a"), Edge("a", "b"), Edge("b", "a"), Edge("b", "b")]);

        map.Nodes.Select(node => $"{node.Node.Name} {node.Column}").ShouldBe(["callers 0", "a 1", "b 2"]);
        map.Edges.Count.ShouldBe(3);
        MapLayout.Place([]).Nodes.ShouldBeEmpty();
    }

    [Fact]
    public void No_two_parts_have_one_place_and_the_order_of_edges_does_not_matter()
    {
        for (var round = 0; round < 200; round++)
        {
            MapEdge[] edges = [.. Enumerable.Range(0, _random.Next(1, 60)).Select(_ => RandomEdge()).DistinctBy(edge => (edge.From, edge.To))];

            var map = MapLayout.Place(edges);

            map.Nodes.Select(node => node.Node).ShouldBe(edges.SelectMany(edge => new[] { edge.From, edge.To }).Distinct(), ignoreOrder: true);
            // No part stands where a call passes, either.
            var passed = map.Edges.Where(edge => edge.Way.Count > 2).SelectMany(edge => edge.Way.Skip(1).SkipLast(1)).ToList();
            map.Nodes.Select(node => (node.Column, node.Row)).Concat(passed).ShouldBeUnique();
            map.Nodes.ShouldAllBe(node => node.Column < map.Columns && node.Row >= 0 && node.Row <= map.Rows - 1);
            foreach (var (edge, way) in map.Edges.Select(edge => (edge.Edge, edge.Way)))
            {
                way[0].ShouldBe(PlaceOf(edge.From));
                way[^1].ShouldBe(PlaceOf(edge.To));
                way.Zip(way.Skip(1)).ShouldAllBe(step => Math.Abs(step.First.Column - step.Second.Column) == 1);
            }
            var again = MapLayout.Place([.. edges.OrderBy(_ => _random.Next())]);
            again.Nodes.ShouldBe(map.Nodes);
            again.Edges.Select(edge => $"{edge.Edge} {string.Join(' ', edge.Way)}").ShouldBe(map.Edges.Select(edge => $"{edge.Edge} {string.Join(' ', edge.Way)}"), ignoreOrder: true);

            (int, double) PlaceOf(MapNode node) => map.Nodes.Where(one => one.Node == node).Select(one => (one.Column, one.Row)).Single();
        }
    }

    private MapEdge RandomEdge() => _random.Next(5) switch
    {
        0 => Edge("callers", Name("module")),
        1 => Edge(Name("messaging"), Name("module")),
        2 => Edge(Name("module"), Name("messaging")),
        3 => Edge(Name("module"), Name("database")),
        _ => Edge(Name("module"), Name("module")),
    };

    private string Name(string kind) => $"{kind} {_random.Next(8).ToString(CultureInfo.InvariantCulture)}";

    private static MapEdge Edge(string from, string to) => new(Node(from), Node(to), new());

    private static MapNode Node(string name) => new(name, name.Split(' ')[0] is "callers" or "database" or "messaging" ? name.Split(' ')[0] : "module");
}
