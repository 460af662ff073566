using System.Net;
using System.Net.Sockets;
using ECommerce.Data;
using ECommerce.Hosting;
using ECommerce.Topology;
using ECommerce.Web;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace ECommerce.Host;

/// <summary>
/// The sockets of the listeners. They are bound before the database is started, so that a port in use fails the start early, and they
/// listen when everything else has started: until then connections are refused.
/// </summary>
/// <remarks>
/// Where an earlier host still uses the embedded database, it may still use the ports, too. They are then bound after it has stopped.
/// </remarks>
internal sealed class ListenerSockets(IOptions<EndpointsOptions> options, HostTopology topology, DatabaseServer database) : IEagerSingleton, IHostedService, IDisposable
{
    private const int Backlog = 512; // Kestrel's own

    private readonly List<ListenerSocket> _sockets = [];
    private StartupException? _failure;

    /// <summary>Resolves the addresses and binds their sockets.</summary>
    /// <exception cref="StartupException">The host cannot listen there.</exception>
    public void Make()
    {
        MakeOnce();
        if (_failure is not null)
            throw _failure;
    }

    /// <summary>The endpoints of a listener with their actual ports.</summary>
    /// <remarks>
    /// Kestrel asks for them while the host is built, before there is a log: an exception is kept for <see cref="Make"/>, which comes next.
    /// </remarks>
    public IReadOnlyList<IPEndPoint> EndPointsOf(Listener listener)
    {
        MakeOnce();
        return [.. _sockets.Where(bound => bound.Listener == listener).Select(bound => bound.EndPoint)];
    }

    /// <summary>An address at which a person on this machine can open the listener.</summary>
    public string Openable(Listener listener)
    {
        var bound = _sockets.First(bound => bound.Listener == listener);
        return bound.Address.Openable(bound.EndPoint.Port);
    }

    /// <summary>Returns the bound socket of an endpoint to Kestrel.</summary>
    public Socket Take(EndPoint endPoint)
    {
        var bound = _sockets.Find(bound => bound.EndPoint.Equals(endPoint) && bound.Socket is not null);
        if (bound is null)
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
        var socket = bound.Socket!;
        bound.Socket = null;
        return socket;
    }

    /// <summary>Listens. Connections wait in the backlog until Kestrel accepts them, immediately afterwards.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var bound in _sockets)
        {
            Try(bound, () =>
            {
                bound.Socket ??= SocketTransportOptions.CreateDefaultBoundListenSocket(bound.EndPoint);
                // Two hosts that start at the same time can both bind a port; only one of them can listen.
                bound.Socket.Listen(Backlog);
            });
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose()
    {
        foreach (var bound in _sockets)
            bound.Socket?.Dispose();
    }

    private void MakeOnce()
    {
        if (_sockets.Count > 0 || _failure is not null)
            return;
        try
        {
            BindAll();
        }
        catch (StartupException failure)
        {
            _failure = failure;
        }
    }

    private void BindAll()
    {
        Add(Listener.Public, nameof(EndpointsOptions.Public), options.Value.Public);
        Add(Listener.Management, nameof(EndpointsOptions.Management), options.Value.Management);
        if (topology.IsDistributed)
            Add(Listener.Internal, nameof(EndpointsOptions.Internal), options.Value.Internal);
        foreach (var bound in _sockets.Where(bound => bound.EndPoint.Port != 0))
        {
            if (_sockets.Find(other => other.Listener < bound.Listener && Overlap(bound.EndPoint, other.EndPoint)) is { } other)
                throw new StartupException($"{other.Setting} and {bound.Setting} both listen at {bound.EndPoint}: give each a port of its own.");
        }

        foreach (var bound in _sockets.ToArray())
            BindEarly(bound);
    }

    private void Add(Listener listener, string setting, string text)
    {
        var address = ListenAddress.Parse(text);
        try
        {
            foreach (var (place, ip) in address.Addresses().Index())
                _sockets.Add(new(listener, $"Endpoints__{setting}", address, new(ip, address.Port), isOptional: address.Host == "localhost" && place > 0));
        }
        catch (SocketException unknown)
        {
            throw new StartupException($"Endpoints__{setting}: the name {address.Host} cannot be resolved ({unknown.Message}).", unknown);
        }
    }

    private void BindEarly(ListenerSocket bound)
    {
        try
        {
            if (bound.EndPoint.Port == 0 && bound.IsOptional) // the port of the listener's first socket
                bound.EndPoint = new(bound.EndPoint.Address, _sockets.First(other => other.Listener == bound.Listener).EndPoint.Port);
            Try(bound, () => bound.Socket = SocketTransportOptions.CreateDefaultBoundListenSocket(bound.EndPoint));
            bound.EndPoint = (IPEndPoint)bound.Socket!.LocalEndPoint!;
        }
        catch (StartupException failure) when (failure.InnerException is SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } && database.IsFolderInUse())
        {
            // Tried again by StartAsync.
        }
        catch (StartupException failure) when (bound.IsOptional && failure.InnerException is SocketException { SocketErrorCode: not SocketError.AddressAlreadyInUse })
        {
            _sockets.Remove(bound);
        }
    }

    private static void Try(ListenerSocket bound, Action bind)
    {
        try
        {
            bind();
        }
        catch (SocketException failure)
        {
            var port = bound.EndPoint.Port;
            throw new StartupException($"{bound.Setting}: " + failure.SocketErrorCode switch
            {
                SocketError.AddressAlreadyInUse => $"another program, perhaps another host, listens at {bound.EndPoint}. Stop it, or choose another port.",
                SocketError.AddressNotAvailable => $"{bound.EndPoint.Address} is no address of this machine.",
                SocketError.AddressFamilyNotSupported => $"this machine has no IPv6, which {bound.EndPoint.Address} takes.",
                SocketError.AccessDenied => $"this user may not listen on port {port}: choose one from 1024 on.",
                _ => $"the host cannot listen at {bound.EndPoint}: {failure.Message}.",
            }, failure);
        }
    }

    private static bool Overlap(IPEndPoint one, IPEndPoint other) => one.Port == other.Port
        && (one.Address.Equals(other.Address) || IsAny(one.Address) || IsAny(other.Address));

    private static bool IsAny(IPAddress address) => address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any);

    /// <summary>A socket of a listener.</summary>
    private sealed class ListenerSocket(Listener listener, string setting, ListenAddress address, IPEndPoint wanted, bool isOptional)
    {
        public Listener Listener => listener;

        public string Setting => setting;

        public ListenAddress Address => address;

        public bool IsOptional => isOptional;

        public IPEndPoint EndPoint { get; set; } = wanted;

        public Socket? Socket { get; set; }
    }
}
