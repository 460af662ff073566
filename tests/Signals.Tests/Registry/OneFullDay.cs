namespace ECommerce.Signals.Tests.Registry;

/// <summary>One day for all tests that look back at it.</summary>
[CollectionDefinition(Name)]
public sealed class OneFullDay : ICollectionFixture<FullDay>
{
    public const string Name = "one full day";
}
