using System.Text.RegularExpressions;
using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Tests;

public sealed class ShopMapTests
{
    [Fact]
    public void The_map_has_every_slice_of_the_modules_and_no_other()
    {
        foreach (var module in ShopMap.ModuleNames)
        {
            var folder = Path.Combine(Repository.Root, "src", "Modules", $"{char.ToUpperInvariant(module[0])}{module[1..]}");
            var slices = Directory.EnumerateFiles(folder, "*.cs").Select(Path.GetFileNameWithoutExtension).Where(name => !name!.EndsWith("Module", StringComparison.Ordinal));
            ShopMap.SlicesOf(module).ShouldBe(slices!, ignoreOrder: true);
        }
    }

    [Fact]
    public void Every_table_on_the_map_is_made_by_a_migration()
    {
        var scripts = string.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.sql", SearchOption.AllDirectories).Select(File.ReadAllText));
        var made = Regex.Matches(scripts, @"CREATE TABLE (\w+\.\w+)").Select(match => match.Groups[1].Value).ToHashSet();
        ShopMap.Places.Where(place => place.Contains('.') && !place.EndsWith("box", StringComparison.Ordinal)).ShouldBeSubsetOf(made);
    }

    [Theory]
    [InlineData("orders/PlaceOrder", "orders/PlaceOrder", 0)]
    [InlineData("orders/PlaceOrder", "orders", 1)]
    [InlineData("orders/PlaceOrder", "products/ReserveStock", 1)]
    [InlineData("products.stock", "orders/PlaceOrder", 2)]
    [InlineData("database", "orders", 2)]
    public void Hops_are_counted_on_the_shortest_way(string from, string to, int hops) => ShopMap.Hops(from, to).ShouldBe(hops);

    [Fact]
    public void A_place_that_is_not_on_the_map_has_no_distance() => ShopMap.Hops("orders", "elsewhere").ShouldBeNull();
}
