using System.ComponentModel;
using System.Net;
using ECommerce.Hosting;
using ECommerce.Web;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;
using Observability.Tracing;

namespace ECommerce.Host;

/// <summary>The settings of the listeners (section <c>Endpoints</c>).</summary>
internal sealed class EndpointsOptions
{
    [Description("The address of the public listener, which serves the API, health, the token keys and the documentation. The host is an IP address (IPv6 in brackets), a name of this machine, `localhost`, or `*` for every address of both families.")]
    [ListenAddress.Required("http://127.0.0.1:5080")]
    public string Public { get; set; } = "http://127.0.0.1:5080";

    [Description("The address of the management listener, which serves metrics, health, /ops and /debug. The gateway has no route to it.")]
    [ListenAddress.Required("http://127.0.0.1:5081")]
    public string Management { get; set; } = "http://127.0.0.1:5081";

    [Description("The address of the internal listener, at which the hosts of other modules call the contracts of this one. It is open only where a module is held by another host (`Modules__Hosted`), and the gateway has no route to it.")]
    [ListenAddress.Required("http://127.0.0.1:5082")]
    public string Internal { get; set; } = "http://127.0.0.1:5082";

    [Description("The gateways in front of the public listener: addresses or ranges such as 172.16.0.0/12, separated by commas. Their `X-Forwarded-For` names the client that limits count, and their trace context is continued; from all other peers both are ignored.")]
    [TrustedProxies.Ranges]
    public string TrustedProxies { get; set; } = "";
}

/// <summary>Sets up Kestrel's listeners: the public one, that of operators and, where modules are in hosts of their own, the internal one.</summary>
internal static class ListenerSetup
{
    public static void AddListeners(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<EndpointsOptions>("Endpoints");
        builder.AddTrustedProxies();
        builder.Services.AddSingleton<IStartupCheck>(new FrameworkSettings(builder.Configuration));
        builder.Services.AddSettings<ConnectionsOptions>("Connections").AddSingleton<ConnectionLimits>();
        builder.Services.AddSingleton<ListenerSockets>().AddSingleton<IEagerSingleton>(services => services.GetRequiredService<ListenerSockets>());
        builder.Services.AddOptions<SocketTransportOptions>().Configure<ListenerSockets>((sockets, listeners) => sockets.CreateBoundListenSocket = listeners.Take);
        builder.Services.AddOptions<KestrelServerOptions>().Configure<IOptions<EndpointsOptions>, ListenerSockets, ConnectionLimits>((kestrel, endpoints, listeners, limits) =>
        {
            Listen(kestrel, listeners, Listener.Public, limits, TrustedProxies.Trust(endpoints.Value.TrustedProxies));
            Listen(kestrel, listeners, Listener.Management, limits, static _ => false);
            // Only hosts of the shop get past a token there, and their traces go on.
            Listen(kestrel, listeners, Listener.Internal, limits, static _ => true);
        });
    }

    /// <summary>
    /// Adds the hosted service that starts to listen. It is added last, so that all others have started before a client can connect.
    /// </summary>
    public static void OpenListeners(this IServiceCollection services) => services.AddHostedService(provider => provider.GetRequiredService<ListenerSockets>());

    private static void Listen(KestrelServerOptions kestrel, ListenerSockets listeners, Listener listener, ConnectionLimits limits, Func<IPAddress, bool> isTrusted)
    {
        foreach (var endPoint in listeners.EndPointsOf(listener))
        {
            kestrel.Listen(endPoint, socket =>
            {
                limits.Bound(socket, listener);
                socket.SetListener(listener);
                socket.ContinueTracesOf(isTrusted);
            });
        }
    }
}
