using ECommerce.Testing;

namespace ECommerce.Docs.Tests;

/// <summary>The shop as a newcomer starts it: with the demo catalogue.</summary>
public sealed class DemoShop : ShopFixture
{
    protected override void Configure(IDictionary<string, string?> settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        settings["Shop:DemoData"] = "true";
    }
}
