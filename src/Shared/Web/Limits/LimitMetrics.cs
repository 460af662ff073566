using System.Collections.Frozen;
using ECommerce.Observability.Metrics;
using Prometheus;

namespace ECommerce.Web;

/// <summary>A limit of the host, as the label <c>limit</c> names it.</summary>
public enum Limit
{
    /// <summary>Requests a second of one client.</summary>
    Rate,

    /// <summary>Probes a second of one client.</summary>
    ProbeRate,

    /// <summary>Requests of one client that are read or in work.</summary>
    ClientShare,

    /// <summary>Bytes of bodies that one client makes the host hold.</summary>
    ClientBuffer,

    /// <summary>Bytes of bodies that the host holds.</summary>
    Buffer,

    /// <summary>Requests in work, of all clients.</summary>
    Concurrency,

    /// <summary>The size of one body.</summary>
    BodySize,

    /// <summary>Items of one array or members of one object in a body.</summary>
    BodyItems,

    /// <summary>The time in which a body has to arrive.</summary>
    BodyTime,

    /// <summary>The time in which a request has to be answered.</summary>
    RequestTime,

    /// <summary>The time in which an answer has to be read.</summary>
    AnswerTime,

    /// <summary>Connections of the public listener.</summary>
    Connections,

    /// <summary>Connections of one client to one listener.</summary>
    ClientConnections,

    /// <summary>Connections of the management listener.</summary>
    ManagementConnections,
}

/// <summary>What was refused by which limit.</summary>
public sealed class LimitMetrics
{
    private readonly FrozenDictionary<Limit, Counter.Child> _refused;

    public LimitMetrics(MetricFamilies metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var refused = metrics.Counter("limit_refusals_total",
            "Requests and connections that a limit of the host refused or ended, by limit. Which limit customers or attackers run into.", "limit");
        _refused = Enum.GetValues<Limit>().ToFrozenDictionary(limit => limit, limit => refused.With(NameOf(limit)));
    }

    public void Refused(Limit limit) => _refused[limit].Inc();

    private static string NameOf(Limit limit) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(limit.ToString());
}
