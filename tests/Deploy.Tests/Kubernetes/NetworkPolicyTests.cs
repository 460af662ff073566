using static ECommerce.Deploy.Tests.Kubernetes.Reach;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>Every listener is reached by those who are meant to reach it, and by nobody else.</summary>
public sealed class NetworkPolicyTests
{
    private static readonly Peer Gateway = new("gateway", "ecommerce", ("app.kubernetes.io/name", "krakend"));
    private static readonly Peer Host = new("host", "ecommerce", ("app.kubernetes.io/name", "shop"));
    private static readonly Peer Broker = new("broker", "ecommerce", ("app.kubernetes.io/name", "rabbitmq"));
    private static readonly Peer Operators = new("operators", "ecommerce", ("app.kubernetes.io/name", "operators"));
    private static readonly Peer Stranger = new("stranger", "ecommerce", ("app.kubernetes.io/name", "stranger"));
    private static readonly Peer Prometheus = new("prometheus", "observability", ("app.kubernetes.io/name", "prometheus"));
    private static readonly Peer Collector = new("collector", "observability", ("app.kubernetes.io/name", "opentelemetry-collector"));
    private static readonly Peer Impostor = new("impostor", "elsewhere", ("app.kubernetes.io/name", "prometheus"), ("app.kubernetes.io/name", "krakend"), ("app.kubernetes.io/name", "shop"));
    private static readonly Peer Dns = new("dns", "kube-system");
    private static readonly Peer Outside = new("outside", "");

    private static readonly Peer[] Everybody = [Gateway, Host, Broker, Operators, Stranger, Prometheus, Collector, Impostor, Dns, Outside];

    private static IEnumerable<Peer> Outsiders => Everybody.Where(peer => peer.Namespace != "ecommerce");

    /// <summary>The listeners of the host, of the gateway and of RabbitMQ (AMQP, management, metrics, clustering); PostgreSQL, OTLP, the web.</summary>
    private static readonly int[] Ports = [5080, 5081, 5082, 8080, 9091, 5672, 15672, 15692, 4369, 25672, 5432, 4317, 443, 80];

    [Theory]
    [InlineData("monolith")]
    [InlineData("replicas")]
    public void A_host_is_reached_by_the_gateway_by_Prometheus_and_by_operators(string overlay) =>
        Connections(Overlay.Called(overlay), [Gateway, Host]).ShouldBe(
            [
                .. Outsiders.Select(peer => $"{peer} -> gateway:8080"),
                "prometheus -> gateway:9091",
                "gateway -> host:5080",
                "gateway -> collector:4317",
                "prometheus -> host:5081",
                "operators -> host:5081",
                .. Outsiders.Select(peer => $"host -> {peer}:5432"),
                "host -> collector:4317",
            ],
            ignoreOrder: true);

    [Fact]
    public void Between_services_hosts_reach_each_other_and_the_broker() =>
        Connections(Overlay.Called("services"), [Gateway, Host, Broker]).Except(Connections(Overlay.Called("monolith"), [Gateway, Host])).ShouldBe(
            [
                "host -> host:5082", "host -> broker:5672",
                "broker -> broker:4369", "broker -> broker:25672",
                "prometheus -> broker:15692",
                .. Outsiders.Select(peer => $"broker -> {peer}:443"),
            ],
            ignoreOrder: true);

    [Fact]
    public void Everybody_may_ask_for_names_and_a_stranger_for_nothing_else()
    {
        foreach (var overlay in Overlay.All)
        {
            var reach = new Reach(overlay);
            foreach (var peer in Everybody.Where(peer => peer.Namespace == "ecommerce"))
                (reach.Allows(peer, Dns, 53), reach.Allows(peer, Dns, 53, "UDP"), reach.Allows(peer, Outside, 53, "UDP")).ShouldBe((true, true, false), peer.Name);
            Connections(overlay, [Stranger]).ShouldBeEmpty();
        }
    }

    private static IEnumerable<string> Connections(Overlay overlay, Peer[] of)
    {
        var reach = new Reach(overlay);
        return from @from in Everybody
               from to in Everybody
               where of.Contains(@from) || of.Contains(to)
               from port in Ports
               where reach.Allows(@from, to, port)
               select $"{@from} -> {to}:{port}";
    }
}
