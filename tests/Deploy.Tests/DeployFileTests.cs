namespace ECommerce.Deploy.Tests;

public sealed class DeployFileTests
{
    [Fact]
    public void Yaml_is_read_with_its_anchors_merges_and_types() =>
        DeployFile.ReadYaml("base: &base {port: 80, on: true}\nshop: {<<: *base, name: 'on', wait: 5s}").ToJsonString()
            .ShouldBe("""{"base":{"port":80,"on":true},"shop":{"port":80,"on":true,"name":"on","wait":"5s"}}""");
}
