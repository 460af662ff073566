using System.Net;
using System.Net.Sockets;
using ECommerce.Traffic;

namespace ECommerce.Siege.Attacks;

/// <summary>The attacking client: one source address, the shop's address, and the tally of what was sent and answered.</summary>
internal sealed class Attacker(IPAddress from, Uri shop, Customers customers, Felt felt) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, long> _answers = [];
    private readonly SortedDictionary<string, double> _notes = new(StringComparer.Ordinal);
    private readonly IPEndPoint _listener = new(IPAddress.Parse(shop.Host), shop.Port);
    private long _requests, _connections, _refusedConnections, _bytesSent, _bytesReceived;

    /// <summary>A client for whole requests, from the attacker's address.</summary>
    public Shopper Client { get; } = new(new(shop, Journal.Open(null), from), Customers.NewCustomer());

    public Customers Customers => customers;

    /// <summary>What honest customers feel, for an attack that sends honest requests of its own.</summary>
    public Felt Felt => felt;

    public string Authority => shop.Authority;

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Opens a connection; null when the shop refuses it.</summary>
    public async Task<Line?> ConnectAsync(CancellationToken ct, int? receiveBuffer = null)
    {
        Interlocked.Increment(ref _connections);
        try
        {
            return new(await SourceAddress.ConnectAsync(from, _listener, ct, receiveBuffer), this);
        }
        catch (SocketException)
        {
            Interlocked.Increment(ref _refusedConnections);
            return null;
        }
    }

    /// <summary>Sends one whole request and counts its answer.</summary>
    public async Task<Answer> AskAsync(Request request, CancellationToken ct)
    {
        Sent(requests: 1, bytes: 0);
        var answer = await Client.AskAsync(request, ct);
        if (answer.Status != 0)
            Answered(answer.Status);
        return answer;
    }

    /// <summary>Sends requests at a fixed rate, whatever becomes of those before them.</summary>
    public Task RepeatAsync(double perSecond, Func<Request> next, CancellationToken ct) =>
        OpenLoop.RunAsync(() => TimeSpan.FromSeconds(1 / perSecond), _ => AskAsync(next(), ct), ct);

    /// <summary>Registers the attacker's one account and logs it in.</summary>
    /// <returns>The token.</returns>
    /// <exception cref="SiegeException">The shop refuses.</exception>
    public async Task<string> SignUpAsync(CancellationToken ct)
    {
        await AskAsync(Customers.Registration(Client.Account), ct);
        var session = await AskAsync(Customers.Login(Client.Account), ct);
        return session.IsOk ? session.Body.GetProperty("token").GetString()! : throw new SiegeException($"The attacker could not log in: {session.Status} {session.Code}.");
    }

    public void Sent(long requests, long bytes)
    {
        Interlocked.Add(ref _requests, requests);
        Interlocked.Add(ref _bytesSent, bytes);
    }

    public void Received(int bytes) => Interlocked.Add(ref _bytesReceived, bytes);

    public void Answered(int status)
    {
        lock (_lock)
            _answers[status] = _answers.GetValueOrDefault(status) + 1;
    }

    /// <summary>A figure that only this attack has.</summary>
    public void Note(string name, double value)
    {
        lock (_lock)
            _notes[name] = value;
    }

    public AttackerFigures Take()
    {
        lock (_lock)
        {
            return new(Requests, new SortedDictionary<int, long>(_answers), Interlocked.Read(ref _connections), Interlocked.Read(ref _refusedConnections),
                Interlocked.Read(ref _bytesSent), Interlocked.Read(ref _bytesReceived), new SortedDictionary<string, double>(_notes));
        }
    }

    public void Dispose() => Client.Dispose();
}
