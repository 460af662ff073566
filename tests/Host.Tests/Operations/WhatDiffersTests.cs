using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Kernel;

namespace ECommerce.Host.Tests.Operations;

/// <summary>Finds what is wrong in a running shop without being told: from slow requests to the customers who have them.</summary>
[Trait("Category", "Running")]
public sealed class WhatDiffersTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private const int Customers = 24;
    private const int Rounds = 4;

    [Fact]
    public async Task The_customer_group_of_a_slow_slice_is_among_the_first_three_attributes()
    {
        var customers = await Task.WhenAll(Enumerable.Range(0, Customers).Select(_ => shop.Given.ACustomerAsync()));
        var product = await shop.Given.AProductAsync(stock: 1000);
        var group = customers.CountBy(customer => CustomerGroup.Of(customer.Id)).MaxBy(one => one.Value).Key;
        using var broken = await shop.Operator.PutAsJsonAsync("/ops/faults/latency", new { module = "orders", slice = "ListOrders", group, latency = "1500ms" });
        broken.EnsureSuccessStatusCode();
        var since = DateTimeOffset.UtcNow;

        for (var round = 0; round < Rounds; round++)
            await Task.WhenAll(customers.Select(customer => VisitAsync(customer, product)));

        var slow = Rounds * customers.Count(customer => CustomerGroup.Of(customer.Id) == group);
        var path = $"/ops/api/differences?filter=kind:server&selected=duration>1s&from={since.UtcDateTime:O}";
        var found = await Eventually.GetAsync(async () =>
            await shop.Operator.GetFromJsonAsync<JsonDocument>(path) is { } answer && answer.RootElement.GetProperty("selected").GetInt32() >= slow ? answer : null,
            $"{slow} slow requests are kept");

        var first = found.RootElement.GetProperty("attributes").EnumerateArray().Take(3).Select(one => (Name: one.GetProperty("attribute").GetString(), Value: one.GetProperty("values")[0])).ToList();
        var groups = first.Where(one => one.Name == "app.customer.group").ToList().ShouldHaveSingleItem(found.RootElement.GetRawText()).Value;
        groups.GetProperty("value").GetString().ShouldBe(group);
        groups.GetProperty("selectedShare").GetDouble().ShouldBeGreaterThan(0.9);
        found.RootElement.GetRawText().ShouldNotContain(customers[0].Email);
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
