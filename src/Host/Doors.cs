using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Net;
using ECommerce.Observability.Tracing;
using ECommerce.Platform.Http;
using ECommerce.Platform.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Options;

namespace ECommerce.Host;

/// <summary>Where the host listens (section <c>Endpoints</c>).</summary>
internal sealed class EndpointsOptions
{
    private const string Address = @"http://[^/:]+:\d{1,5}/?";

    [Description("Where the shop is served: the API, health, the token keys, the documentation.")]
    [RegularExpression(Address, ErrorMessage = "must look like http://127.0.0.1:5080")]
    public string Public { get; set; } = "http://127.0.0.1:5080";

    [Description("Where operators look: metrics, health, /ops and /debug. Never reached through the gateway.")]
    [RegularExpression(Address, ErrorMessage = "must look like http://127.0.0.1:5081")]
    public string Management { get; set; } = "http://127.0.0.1:5081";

    [Description("The gateways in front of the public listener: addresses or ranges such as 172.16.0.0/12, separated by commas. Limits count the clients that these name in `X-Forwarded-For`, and their trace context is continued; from all others both are ignored.")]
    [TrustedProxies.Ranges]
    public string TrustedProxies { get; set; } = "";
}

/// <summary>The two listeners: one for the world, one for operators.</summary>
internal static class Doors
{
    public static void AddDoors(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<EndpointsOptions>("Endpoints");
        builder.AddTrustedProxies();
        builder.Services.AddHostedService<StartBanner>();
        builder.Services.AddSettings<ConnectionsOptions>("Connections").AddSingleton<ConnectionLimits>();
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<EndpointsOptions>, ConnectionLimits>((kestrel, endpoints, limits) =>
        {
            Listen(kestrel, endpoints.Value.Public, Listener.Public, limits, TrustedProxies.Trust(endpoints.Value.TrustedProxies));
            Listen(kestrel, endpoints.Value.Management, Listener.Management, limits, static _ => false);
        });
    }

    private static void Listen(KestrelServerOptions kestrel, string address, Listener listener, ConnectionLimits limits, Func<IPAddress, bool> isTrusted) =>
        kestrel.Listen(EndPoint(address), socket =>
        {
            limits.Bound(socket, listener);
            socket.Is(listener);
            socket.ContinueTracesOf(isTrusted);
        });

    /// <summary>What a setting of <see cref="EndpointsOptions"/> means as a socket.</summary>
    public static IPEndPoint EndPoint(string address)
    {
        var binding = BindingAddress.Parse(address);
        var host = binding.Host switch
        {
            "localhost" => IPAddress.Loopback,
            "*" or "+" => IPAddress.Any,
            var name when IPAddress.TryParse(name.Trim('[', ']'), out var ip) => ip,
            var name => Dns.GetHostAddresses(name)[0],
        };
        return new(host, binding.Port);
    }
}
