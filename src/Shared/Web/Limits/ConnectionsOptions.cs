using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Web;

/// <summary>How many connections the host keeps, and how slow or large they may be before it closes them (section <c>Connections</c>).</summary>
public sealed class ConnectionsOptions
{
    [Description("Open connections of the public listener; more are closed at once.")]
    [Range(1, 1_000_000)]
    public int Public { get; set; } = 2000;

    [Description("Open connections of one client (an IPv4 address or an IPv6 /64) to the public listener; more are closed at once. Gateways in `Endpoints__TrustedProxies` are exempt.")]
    [Range(1, 1_000_000)]
    public int PerClient { get; set; } = 500;

    [Description("Open connections of the management listener, counted apart so that operators get in while the public listener is full. One client may have half of them.")]
    [Range(1, 1_000_000)]
    public int Management { get; set; } = 200;

    [Description("How long a connection may stay without a request before it is closed. A gateway in front closes idle connections sooner.")]
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan KeepAliveTimeout { get; set; } = TimeSpan.FromSeconds(75);

    [Description("How long the headers of a request may take from their first byte.")]
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan HeadersTimeout { get; set; } = TimeSpan.FromSeconds(10);

    [Description("Bytes a second at which a body has to arrive, after five seconds of grace; a slower connection is closed.")]
    [Range(1, 1_000_000_000)]
    public int MinBodyBytesPerSecond { get; set; } = 240;

    [Description("Bytes a second at which an answer has to be read, after five seconds of grace; a slower connection is closed.")]
    [Range(1, 1_000_000_000)]
    public int MinAnswerBytesPerSecond { get; set; } = 240;

    [Description("Headers of one request.")]
    [Range(1, 10_000)]
    public int Headers { get; set; } = 100;

    [Description("Bytes of all headers of one request.")]
    [Range(1024, 1_048_576)]
    public int HeaderBytes { get; set; } = 32_768;

    [Description("Bytes of a request line, address and query included.")]
    [Range(256, 1_048_576)]
    public int RequestLineBytes { get; set; } = 8192;
}
