namespace ECommerce.Products.Tests;

/// <summary>The tests of Products share a host, and run one after another, so that each knows which metrics it has moved.</summary>
[CollectionDefinition(Name)]
public sealed class Shop : ICollectionFixture<ShopFixture>
{
    public const string Name = "shop";
}
