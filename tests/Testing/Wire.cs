using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ECommerce.Testing;

/// <summary>
/// A line to a server, which a test cuts and mends, or lets tear half way. Both ends stay where they are. It has threads of its own, as
/// another machine would: Npgsql blocks a thread of the pool while it cancels a statement, and must not wait for that very pool.
/// </summary>
public sealed class Wire : IAsyncDisposable
{
    private readonly TcpListener _near = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<Socket, bool> _calls = new();
    private volatile EndPoint _server;
    private volatile bool _isCut;
    private volatile bool _isSilent;
    private volatile Func<bool>? _tears;
    private long _delayTicks;
    private long _carried;
    private int _torn;

    /// <param name="server">Where it leads.</param>
    public Wire(EndPoint server)
    {
        _server = server;
        _near.Start();
        Run(Accept);
    }

    /// <summary>What to call instead of the server.</summary>
    public IPEndPoint Near => (IPEndPoint)_near.LocalEndpoint;

    /// <summary>How many connections have been torn half way.</summary>
    public int Torn => Volatile.Read(ref _torn);

    /// <summary>How many bytes have been carried, in both directions.</summary>
    public long Carried => Interlocked.Read(ref _carried);

    /// <returns>A line to a database.</returns>
    /// <param name="connectionString">How to reach it without the line.</param>
    /// <param name="through">How to reach it through the line.</param>
    public static Wire To(string connectionString, out string through)
    {
        var database = new NpgsqlConnectionStringBuilder(connectionString);
        var wire = new Wire(database.Host!.StartsWith('/')
            ? new UnixDomainSocketEndPoint($"{database.Host}/.s.PGSQL.{database.Port}")
            : new DnsEndPoint(database.Host, database.Port));
        (database.Host, database.Port) = ("127.0.0.1", wire.Near.Port);
        through = database.ConnectionString;
        return wire;
    }

    /// <summary>New connections lead there.</summary>
    public void LeadTo(EndPoint server) => _server = server;

    /// <summary>Ends every connection, and every new one at once.</summary>
    public void Cut()
    {
        _isCut = true;
        foreach (var socket in _calls.Keys)
            socket.Dispose();
    }

    /// <summary>While it is asked, each piece of data may be the last of its connection, of which only one half arrives.</summary>
    /// <param name="chance">Asked for every piece, from any thread.</param>
    public void Tear(Func<bool> chance) => _tears = chance;

    /// <summary>Swallows all data in both directions, and no end learns of it. A connection on which data were lost never carries any again.</summary>
    public void Silence() => _isSilent = true;

    /// <summary>Each piece of data arrives that much later, in both directions.</summary>
    public void Delay(TimeSpan by) => Interlocked.Exchange(ref _delayTicks, by.Ticks);

    public void Mend()
    {
        (_isCut, _isSilent, _tears) = (false, false, null);
        Delay(TimeSpan.Zero);
    }

    public ValueTask DisposeAsync()
    {
        Cut();
        _near.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Accept()
    {
        while (true)
        {
            var near = _near.AcceptSocket();
            Run(() => Connect(near));
        }
    }

    private void Connect(Socket near)
    {
        var server = _server;
        using var far = server is UnixDomainSocketEndPoint
            ? new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified)
            : new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        using (near)
        {
            near.NoDelay = true;
            _calls[near] = _calls[far] = true;
            try
            {
                if (_isCut)
                    return;
                far.Connect(server);
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
    private void Carry(Socket from, Socket to)
    {
        using (from)
        using (to)
        {
            var bytes = new byte[16 * 1024];
            var isDead = false;
            while (from.Receive(bytes) is > 0 and var length)
            {
                if (isDead |= _isSilent)
                    continue;
                if (Interlocked.Read(ref _delayTicks) is > 0 and var ticks)
                    Thread.Sleep(TimeSpan.FromTicks(ticks));
                Interlocked.Add(ref _carried, length);
                var isTorn = _tears?.Invoke() == true;
                to.Send(bytes.AsSpan(0, isTorn ? length / 2 : length));
                if (isTorn)
                {
                    Interlocked.Increment(ref _torn);
                    return;
                }
            }
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
