namespace ECommerce.Host.Tests.Description;

/// <summary>A shop with the demo catalogue, as <c>make run</c> has it.</summary>
public sealed class DemoShop : ShopFixture
{
    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Shop:DemoData"] = "true";
    }
}
