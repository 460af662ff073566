using System.Collections.Frozen;
using Observability.Metrics;
using Prometheus;

namespace ECommerce.Web;

/// <summary>The limits of the host, as the label <c>limit</c> names them.</summary>
public enum Limit
{
    /// <summary>Requests a second of one client.</summary>
    Rate,

    /// <summary>Probes a second of one client.</summary>
    ProbeRate,

    /// <summary>Requests of one client in flight, those whose body is still read included.</summary>
    ClientShare,

    /// <summary>Bytes of one client's bodies in memory.</summary>
    ClientBuffer,

    /// <summary>Bytes of all bodies in memory.</summary>
    Buffer,

    /// <summary>Requests in flight, of all clients.</summary>
    Concurrency,

    /// <summary>The size of a body.</summary>
    BodySize,

    /// <summary>Items of one array or members of one object in a body.</summary>
    BodyItems,

    /// <summary>The time limit for a body to arrive.</summary>
    BodyTime,

    /// <summary>The time limit of a request.</summary>
    RequestTime,

    /// <summary>The time limit for an answer to be read.</summary>
    AnswerTime,

    /// <summary>Connections of the public listener.</summary>
    Connections,

    /// <summary>Connections of one client to one listener.</summary>
    ClientConnections,

    /// <summary>Connections of the management listener.</summary>
    ManagementConnections,

    /// <summary>Connections of the internal listener.</summary>
    InternalConnections,
}

/// <summary>The counter of refusals by limit.</summary>
public sealed class LimitMetrics
{
    private readonly FrozenDictionary<Limit, Counter.Child> _refused;

    public LimitMetrics(MetricFamilies metrics)
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var refused = metrics.Counter("limit_refusals_total",
            "Requests and connections that a limit refused or ended, by limit. Shows which limit customers or attackers reach.", "limit");
        _refused = Enum.GetValues<Limit>().ToFrozenDictionary(limit => limit, limit => refused.With(NameOf(limit)));
    }

    public void Refused(Limit limit) => _refused[limit].Inc();

    private static string NameOf(Limit limit) => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(limit.ToString());
}
