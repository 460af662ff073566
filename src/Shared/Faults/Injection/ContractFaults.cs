using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using ECommerce.Modules;

namespace ECommerce.Faults;

/// <summary>
/// The faults of the network between hosts: <c>contract_latency</c>, <c>contract_refused</c> and <c>contract_torn</c>. The client of the
/// module meets them as it meets those of a real network, and repeats the attempt.
/// </summary>
internal sealed class ContractFaults(FaultInjector faults, TimeProvider clock) : IContractCallInterceptor
{
    public bool IsActive => !faults.IsIdle;

    public async Task<HttpResponseMessage> ExchangeAsync(
        string module, HttpRequestMessage request, Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> next, CancellationToken ct)
    {
        if (TryInject(FaultKinds.ContractLatency, module) is { } latency)
            await Task.Delay(latency.TimeOf(FaultKinds.TransportLatency), clock, ct);
        if (TryInject(FaultKinds.ContractRefused, module) is not null)
            await ConnectToNobodyAsync(ct);
        var response = await next(request, ct);
        if (TryInject(FaultKinds.ContractTorn, module) is not null)
            response.Content = new TornContent(response.Content);
        return response;
    }

    // The attempt has a client span of its own, beside that of the command, which the injector marks.
    private Fault? TryInject(FaultKind kind, string module)
    {
        var fault = faults.TryInject(kind, module);
        if (fault is not null && Activity.Current is { Kind: ActivityKind.Client } attempt)
            attempt.SetTag(FaultInjector.Mark, kind.Name);
        return fault;
    }

    // The system refuses a connection to a port that is bound, and at which nobody listens.
    private static async Task ConnectToNobodyAsync(CancellationToken ct)
    {
        using var nobody = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nobody.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var caller = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await caller.ConnectAsync(nobody.LocalEndPoint!, ct);
        }
        catch (SocketException refused)
        {
            throw new HttpRequestException(HttpRequestError.ConnectionError, "A fault refused the connection on purpose.", refused);
        }
    }
}

/// <summary>The body of an answer of which the first half arrives: then the connection ends, as <see cref="SocketsHttpHandler"/> reports it.</summary>
internal sealed class TornContent : HttpContent
{
    private readonly HttpContent _whole;

    public TornContent(HttpContent whole)
    {
        _whole = whole;
        foreach (var (name, values) in whole.Headers)
            Headers.TryAddWithoutValidation(name, values);
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        var whole = await _whole.ReadAsByteArrayAsync(cancellationToken);
        await stream.WriteAsync(whole.AsMemory(0, whole.Length / 2), cancellationToken);
        throw new HttpIOException(HttpRequestError.ResponseEnded, "A fault tore the answer on purpose.");
    }

    protected override bool TryComputeLength(out long length)
    {
        length = 0;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _whole.Dispose();
        base.Dispose(disposing);
    }
}
