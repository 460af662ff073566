namespace ECommerce.Deploy.Tests;

/// <summary>The schemas find fault with what is wrong, in both dialects that they are written in.</summary>
public sealed class SchemaTests
{
    [SchemaFact(Schema.Krakend)]
    public void KrakenD_s_schema_names_a_key_that_KrakenD_does_not_know() =>
        Schema.Of(Schema.Krakend).Complaints(DeployFile.ReadYaml("{version: 3, prot: 8080}")).ShouldHaveSingleItem().ShouldContain("prot");

    [SchemaFact(Schema.Compose)]
    public void Compose_s_schema_names_a_key_that_Compose_does_not_know() =>
        Schema.Of(Schema.Compose).Complaints(DeployFile.ReadYaml("services: {shop: {image: shop, imagee: shop}}")).ShouldHaveSingleItem().ShouldContain("imagee");
}
