namespace ECommerce.Users.Tests;

/// <summary>One host for all that neither moves its clock nor needs settings of its own.</summary>
[CollectionDefinition(nameof(Shop))]
public sealed class Shop : ICollectionFixture<ShopFixture>;
