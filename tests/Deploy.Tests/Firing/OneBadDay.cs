namespace ECommerce.Deploy.Tests.Firing;

/// <summary>Everybody who asks about the day shares it: it takes minutes.</summary>
[CollectionDefinition(Name)]
public sealed class OneBadDay : ICollectionFixture<BadDay>
{
    public const string Name = "one bad day";
}
