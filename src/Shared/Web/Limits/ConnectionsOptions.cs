using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Web;

/// <summary>The limits on connections, headers and transfer rates (section <c>Connections</c>).</summary>
public sealed class ConnectionsOptions
{
    [Description("The limit on open connections of the public listener; further ones are closed at once. The internal listener has the same limit, counted apart, and one client may have half of it.")]
    [Range(1, 1_000_000)]
    public int Public { get; set; } = 2000;

    [Description("The limit on open connections of one client (an IPv4 address or an IPv6 /64) to the public listener; further ones are closed at once. Gateways in `Endpoints__TrustedProxies` are exempt.")]
    [Range(1, 1_000_000)]
    public int PerClient { get; set; } = 500;

    [Description("The limit on open connections of the management listener, counted apart so that operators can connect while the public listener is full. One client may have half of them.")]
    [Range(1, 1_000_000)]
    public int Management { get; set; } = 200;

    [Description("The time after which a connection without a request is closed. A gateway in front should close idle connections sooner.")]
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(75);

    [Description("The time limit for the headers of a request, from their first byte.")]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("The minimum rate at which a body has to arrive, in bytes a second, after a grace period of five seconds; a slower connection is closed.")]
    [Range(1, 1_000_000_000)]
    public int MinBodyBytesPerSecond { get; set; } = 240;

    [Description("The minimum rate at which an answer has to be read, in bytes a second, after a grace period of five seconds; a slower connection is closed.")]
    [Range(1, 1_000_000_000)]
    public int MinAnswerBytesPerSecond { get; set; } = 240;

    [Description("The limit on the number of headers of a request.")]
    [Range(1, 10_000)]
    public int Headers { get; set; } = 100;

    [Description("The limit on the bytes of all headers of a request.")]
    [Range(1024, 1_048_576)]
    public int HeaderBytes { get; set; } = 32_768;

    [Description("The limit on the bytes of the request line, path and query included.")]
    [Range(256, 1_048_576)]
    public int RequestLineBytes { get; set; } = 8192;
}
