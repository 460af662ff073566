namespace ECommerce.Topology.Tests;

/// <summary>The collection of the tests that share one shop of three hosts. They run one at a time.</summary>
[CollectionDefinition(nameof(SharedServicesShop))]
public sealed class SharedServicesShop : ICollectionFixture<ServicesShop>;
