namespace ECommerce.Deploy.Tests.Stack;

/// <summary>Whatever one service calls, another one of the same stack listens there.</summary>
public sealed class AddressTests
{
    private static IEnumerable<Service> Services => ComposeFile.Services.Values;

    [Fact]
    public void Whatever_a_service_calls_another_one_listens_there()
    {
        var called = Services.SelectMany(Addresses.UsedBy).ToList();

        called.Where(address => !ComposeFile.Services.ContainsKey(address.Host)).ShouldBeEmpty("no service has that name");
        called.Where(address => !Addresses.ListenedOnBy(ComposeFile.Services[address.Host]).Contains(address.Port)).ShouldBeEmpty("nobody listens there");
    }

    /// <summary>What the stack is for: were these not found, the test above would find nothing wrong.</summary>
    [Theory]
    [InlineData("shop", "postgres", 5432)]
    [InlineData("shop", "otel-collector", 4317)]
    [InlineData("postgres-exporter", "postgres", 5432)]
    [InlineData("otel-collector", "jaeger", 4317)]
    [InlineData("otel-collector", "loki", 3100)]
    [InlineData("otel-collector", "prometheus", 9090)]
    [InlineData("krakend", "shop", 5080)]
    [InlineData("krakend", "otel-collector", 4317)]
    [InlineData("prometheus", "shop", 5081)]
    [InlineData("prometheus", "krakend", 9091)]
    [InlineData("prometheus", "postgres-exporter", 9187)]
    [InlineData("prometheus", "otel-collector", 8888)]
    [InlineData("prometheus", "alertmanager", 9093)]
    [InlineData("alertmanager", "alert-sink", 9099)]
    [InlineData("grafana", "prometheus", 9090)]
    [InlineData("grafana", "jaeger", 16686)]
    [InlineData("grafana", "loki", 3100)]
    public void The_stack_is_wired(string caller, string host, int port) =>
        Addresses.UsedBy(ComposeFile.Services[caller]).ShouldContain(address => address.Host == host && address.Port == port);

    [Fact]
    public void Every_published_port_is_one_that_the_service_listens_on_and_so_is_the_one_it_is_asked_on()
    {
        foreach (var service in Services)
        {
            var listens = Addresses.ListenedOnBy(service);
            service.Ports.Select(port => port.Inside).Concat(Addresses.AskedOn(service)).Except(listens).ShouldBeEmpty($"{service.Name} listens on {string.Join(", ", listens)}");
        }
    }

    [Fact]
    public void Every_link_that_a_person_is_shown_leads_to_a_published_port()
    {
        var published = Services.SelectMany(service => service.Ports).Select(port => port.Published).ToHashSet();

        Services.SelectMany(Addresses.ShownBy).Where(address => !published.Contains(address.Port)).ShouldBeEmpty();
    }
}
