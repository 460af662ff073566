using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ECommerce.Signals.Tests.Agreement;

/// <summary>
/// The line between a host and its PostgreSQL, which a test cuts and mends. Both ends stay where they are. It has threads of its own, as
/// another machine would: Npgsql blocks a thread of the pool while it cancels a statement, and must not wait for that very pool.
/// </summary>
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
        Run(Accept);
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

    private void Accept()
    {
        while (true)
        {
            var near = _host.AcceptSocket();
            Run(() => Connect(near));
        }
    }

    private void Connect(Socket near)
    {
        using var far = new Socket(_server is UnixDomainSocketEndPoint ? AddressFamily.Unix : AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Unspecified);
        using (near)
        {
            _calls[near] = _calls[far] = true;
            try
            {
                if (_isCut)
                    return;
                far.Connect(_server);
                Run(() => Carry(far, near));
                Carry(near, far);
            }
            finally
            {
                _calls.Remove(near, out _);
                _calls.Remove(far, out _);
            }
        }
    }

    // When one side hangs up, so does the other.
    private static void Carry(Socket from, Socket to)
    {
        using (from)
        using (to)
        {
            var bytes = new byte[16 * 1024];
            while (from.Receive(bytes) is > 0 and var length)
                to.Send(bytes.AsSpan(0, length));
        }
    }

    private static void Run(Action work) => new Thread(() =>
    {
        try
        {
            work();
        }
        catch (Exception end) when (end is SocketException or InvalidOperationException)
        {
            // Cut, or hung up.
        }
    })
    { IsBackground = true }.Start();
}
