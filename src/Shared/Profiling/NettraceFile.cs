using System.Runtime.ExceptionServices;
using Microsoft.Diagnostics.NETCore.Client;

namespace ECommerce.Profiling;

/// <summary>A temporary folder with the .nettrace file of one EventPipe session. Dispose deletes it.</summary>
internal sealed class NettraceFile : IDisposable
{
    // Method and module names of compiled code without the map from code to lines, which is enough to name a frame.
    private const long Names = 0x8 | 0x10 | 0x20 | 0x100;

    private const int BufferMegabytes = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>The prefix of the folder's name.</summary>
    public static readonly string Prefix = $"ecommerce-profile-{Environment.ProcessId}-";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory(Prefix);

    /// <summary>The path of the .nettrace file; derived files may lie beside it.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "events.nettrace");

    /// <summary>Records an EventPipe session into the file until the time is over, the file is full, or a token is cancelled.</summary>
    /// <param name="provider">The EventPipe provider.</param>
    /// <param name="time">The duration.</param>
    /// <param name="largest">The size limit in bytes; the rundown with the names comes on top.</param>
    /// <param name="stopping">Ends the session early and keeps its events.</param>
    /// <param name="ct">Ends the session early and discards its events.</param>
    public async Task<ProfileEnd> RecordAsync(EventPipeProvider provider, TimeSpan time, long largest, CancellationToken stopping, CancellationToken ct)
    {
        var client = new DiagnosticsClient(Environment.ProcessId);
        using var session = await client.StartEventPipeSessionAsync(new EventPipeSessionConfiguration([provider], BufferMegabytes, Names), ct);
        using var full = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(full.Token, stopping, ct);
        var copied = CopyAsync(session.EventStream, largest, full, ct);
        // The runtime samples in real time, whatever the host's clock says.
        await Task.Delay(time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var ended = full.IsCancellationRequested ? ProfileEnd.Size : stopping.IsCancellationRequested ? ProfileEnd.Stop : ProfileEnd.Time;
        // Also after a cancellation: a session that is not stopped goes on. The stream is read meanwhile, or the runtime would block.
        await session.StopAsync(CancellationToken.None).WaitAsync(Patience, CancellationToken.None);
        await copied.WaitAsync(Patience, CancellationToken.None);
        ct.ThrowIfCancellationRequested();
        return ended;
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task CopyAsync(Stream events, long largest, CancellationTokenSource full, CancellationToken ct)
    {
        await using var file = new FileStream(Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, bufferSize: 0);
        var buffer = new byte[64 * 1024];
        ExceptionDispatchInfo? noRoom = null;
        for (int read; (read = await events.ReadAsync(buffer, CancellationToken.None)) > 0;)
        {
            if (ct.IsCancellationRequested || noRoom is not null)
                continue;
            try
            {
                await file.WriteAsync(buffer.AsMemory(0, read), CancellationToken.None);
            }
            catch (IOException failure)
            {
                noRoom = ExceptionDispatchInfo.Capture(failure);
            }

            if ((noRoom is not null || file.Length > largest) && !full.IsCancellationRequested)
                await full.CancelAsync();
        }

        noRoom?.Throw();
    }
}
