using System.Runtime.InteropServices;

namespace ECommerce.Host;

/// <summary>
/// An <see cref="IHostLifetime"/> in place of the console lifetime: SIGTERM, SIGINT, SIGQUIT and SIGHUP stop the host, from the first line
/// of the program on. The console lifetime begins to listen later and does not handle SIGHUP.
/// </summary>
/// <remarks>A signal that the process was started to ignore, as <c>nohup</c> does with SIGHUP, stays ignored.</remarks>
internal sealed class StopSignals : IHostLifetime, IDisposable
{
    private static readonly PosixSignal[] All = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile string? _received;

    public StopSignals() => _registrations = [.. All.Select(signal => PosixSignalRegistration.Create(signal, Receive))];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _source.Token;

    /// <summary>The name of the first signal; null when there was none.</summary>
    public string? Received => _received;

    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <remarks>Called at the end of the program: until then a signal must not end the process.</remarks>
    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _source.Dispose();
    }

    private void Receive(PosixSignalContext context)
    {
        context.Cancel = true;
        _received ??= context.Signal.ToString();
        _source.Cancel();
    }
}
