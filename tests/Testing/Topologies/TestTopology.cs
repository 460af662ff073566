using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>
/// The topology in which the fixtures of this process run the shop, by the environment variable <c>TEST_TOPOLOGY</c>. Tests do not ask for
/// it: they are the same in each.
/// </summary>
public enum TestTopology
{
    /// <summary>One host with every module; the default.</summary>
    Monolith,

    /// <summary>A host for each module, contracts over HTTP, events over RabbitMQ.</summary>
    Services,

    /// <summary>Three equal hosts, which take requests in turn.</summary>
    Replicas,
}

/// <summary>Reads the topology.</summary>
public static class TestTopologies
{
    private const string Variable = "TEST_TOPOLOGY";

    public static TestTopology Current { get; } = Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" or "monolith" => TestTopology.Monolith,
        "services" => TestTopology.Services,
        "replicas" => TestTopology.Replicas,
        var unknown => throw new XunitException($"{Variable} is '{unknown}'. The topologies are monolith, services and replicas."),
    };
}
