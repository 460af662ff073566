namespace ECommerce.TemplateModule.Tests;

public sealed class AddTemplateEntityTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task What_a_customer_adds_is_recorded_once()
    {
        var customer = await shop.Given.ACustomerAsync();
        var path = $"/api/templatemodule/{Guid.CreateVersion7()}";
        var seen = await shop.ObserveAsync(HttpMethod.Put, path, new { text = "Pours slowly." }, customer);
        seen.Answer.Status.ShouldBe(200, seen.Answer.Text);
        Snapshot.Match(seen);

        (await shop.PutAsync(path, new { text = "Pours slowly." }, customer)).Text.ShouldBe(seen.Answer.Text);
        (await shop.PutAsync(path, new { text = "Leaks." }, customer)).Code.ShouldBe("templatemodule.id_taken");
        (await shop.ScalarAsync<long>("SELECT count(*) FROM templatemodule.templatemodule")).ShouldBe(1);
    }
}
