namespace ECommerce.Deploy.Tests.Gateway;

/// <summary>krakend.json and krakend.services.json against the schema of KrakenD, and gateway.yml against the operations that it limits.</summary>
public sealed class GatewayFileTests
{
    [SchemaFact(Schema.Krakend)]
    public void KrakenD_s_own_schema_has_nothing_against_them()
    {
        Schema.Of(Schema.Krakend).Complaints(KrakendFile.Made.Read()).ShouldBeEmpty();
        Schema.Of(Schema.Krakend).Complaints(KrakendFile.MadeForServices.Read()).ShouldBeEmpty();
    }

    // The host answers HEAD as it answers GET. When this schema knows the method, the gateway can pass it on, and docs/adr/0020 changes.
    [SchemaFact(Schema.Krakend)]
    public void KrakenD_passes_no_HEAD_on()
    {
        var file = KrakendFile.Made.Read();
        file["endpoints"]![0]!["method"] = "HEAD";

        Schema.Of(Schema.Krakend).Complaints(file).ShouldNotBeEmpty();
    }

    [Fact]
    public void Every_operation_and_method_that_a_limit_names_is_there()
    {
        var endpoints = KrakendFile.Made.Read()["endpoints"]!.AsArray();
        var known = endpoints.SelectMany(endpoint => new[] { endpoint!["@comment"]!, endpoint["method"]! }).Select(name => name.GetValue<string>()).ToHashSet();

        KrakendFile.Policy.Read()["limits"]!.AsArray()
            .SelectMany(limit => (limit!["operations"] ?? limit["methods"])!.AsArray())
            .Select(name => name!.GetValue<string>())
            .Where(name => !known.Contains(name))
            .ShouldBeEmpty();
    }
}
