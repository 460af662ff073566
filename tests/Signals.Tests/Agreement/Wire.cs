using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ECommerce.Signals.Tests.Agreement;

/// <summary>The line between a host and its PostgreSQL, which a test cuts and mends. Both ends stay where they are.</summary>
internal sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _host = new(IPAddress.Loopback, 0);
    private readonly EndPoint _server;
    private readonly ConcurrentDictionary<Socket, bool> _calls = new();
    private volatile bool _isCut;

    /// <param name="connectionString">How to reach the database without it.</param>
    public Wire(string connectionString)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        _server = database.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint($"{database.Host}/.s.PGSQL.{database.Port}")
            : new DnsEndPoint(database.Host, database.Port);
        _host.Start();
        (database.Host, database.Port) = ("127.0.0.1", ((IPEndPoint)_host.LocalEndpoint).Port);
        ConnectionString = database.ConnectionString;
        _ = AcceptAsync();
    }

    /// <summary>How the host reaches the database.</summary>
    public string ConnectionString { get; }

    /// <summary>Ends every connection, and every new one at once.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _calls.Keys)
            socket.Dispose();
    }

    public void Mend() => _isCut = false;

    public ValueTask DisposeAsync()
    {
        Cut();
        _host.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ConnectAsync(await _host.AcceptSocketAsync());
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task ConnectAsync(Socket near)
    {
        using var far = new Socket(_server is UnixDomainSocketEndPoint ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        using (near)
        {
            _calls[near] = _calls[far] = true;
            try
            {
                if (_isCut)
                    return;
                await far.ConnectAsync(_server);
                await using NetworkStream left = new(near), right = new(far);
                await Task.WhenAny(left.CopyToAsync(right), right.CopyToAsync(left));
            }
            catch (Exception end) when (end is SocketException or IOException or ObjectDisposedException)
            {
                // Cut, or hung up.
            }
            finally
            {
                _calls.Remove(near, out _);
                _calls.Remove(far, out _);
            }
        }
    }
}
