using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Kernel;

namespace ECommerce.Host.Tests.Operations;

/// <summary>Finds what is wrong in a running shop without being told: from slow requests to the customers who have them.</summary>
[Trait("Category", "Running")]
public sealed class WhatDiffersTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private const int Customers = 24;
    private const int Rounds = 6;

    [Fact]
    public async Task The_customer_group_of_a_slow_slice_is_among_the_first_three_attributes()
    {
        var customers = await Task.WhenAll(Enumerable.Range(0, Customers).Select(_ => shop.Given.ACustomerAsync()));
        var product = await shop.Given.AProductAsync(stock: 1000);
        var group = CustomerGroup.Of(customers[0].Id);
        using var broken = await shop.Operator.PutAsJsonAsync("/ops/faults/latency", new { module = "orders", slice = "ListOrders", group, latency = "600ms" });
        broken.EnsureSuccessStatusCode();
        var since = DateTimeOffset.UtcNow;

        for (var round = 0; round < Rounds; round++)
            await Task.WhenAll(customers.Select(customer => VisitAsync(customer, product)));

        var slow = Rounds * customers.Count(customer => CustomerGroup.Of(customer.Id) == group);
        var found = await Eventually.GetAsync(async () =>
            await shop.Operator.GetFromJsonAsync<JsonElement>($"/ops/api/differences?filter=kind:server&selected=duration>600ms&from={since:O}".Replace("+", "%2B", StringComparison.Ordinal)) is var answer
                && answer.GetProperty("selected").GetInt32() >= slow ? answer : (JsonElement?)null, $"{slow} slow requests are kept");

        var first = found.GetProperty("attributes").EnumerateArray().Take(3).Select(one => (Name: one.GetProperty("attribute").GetString(), Value: one.GetProperty("values")[0])).ToList();
        var groups = first.Where(one => one.Name == "app.customer.group").ToList().ShouldHaveSingleItem(found.ToString()).Value;
        groups.GetProperty("value").GetString().ShouldBe(group);
        groups.GetProperty("selectedShare").GetDouble().ShouldBeGreaterThan(0.9);
        found.ToString().ShouldNotContain(customers[0].Email);
    }

    private async Task VisitAsync(Customer customer, Product product)
    {
        (await shop.GetAsync("/api/products")).Status.ShouldBe(200);
        (await shop.GetAsync($"/api/products/{product.Id}")).Status.ShouldBe(200);
        await shop.Given.AnOrderAsync(customer, (product, 1));
        (await shop.GetAsync("/api/users/me", customer)).Status.ShouldBe(200);
        (await shop.GetAsync("/api/orders", customer)).Status.ShouldBe(200);
    }
}
