using System.Runtime.ExceptionServices;
using Microsoft.Diagnostics.NETCore.Client;

namespace ECommerce.Profiling;

/// <summary>What the runtime writes while it is sampled: a file in a folder of its own, which goes with this.</summary>
internal sealed class EventFile : IDisposable
{
    // Method and module names of what is compiled, and not the map from their code to lines: enough to name a frame.
    private const long Names = 0x8 | 0x10 | 0x20 | 0x100;

    private const int BufferMegabytes = 16;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How its folder is called, up to what makes it unique in this process.</summary>
    public static readonly string Prefix = $"ecommerce-profile-{Environment.ProcessId}-";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory(Prefix);

    /// <summary>The events; what is made of them may lie beside them.</summary>
    public string Path => System.IO.Path.Combine(_folder.FullName, "events.nettrace");

    /// <summary>Lets the runtime write until the time is over, the file is full, or somebody leaves.</summary>
    /// <param name="provider">Who writes.</param>
    /// <param name="time">How long.</param>
    /// <param name="largest">In bytes; the names that follow in the end come on top.</param>
    /// <param name="stopping">Ends it early, and what is there counts.</param>
    /// <param name="ct">Ends it early, and nobody wants it.</param>
    public async Task<ProfileEnd> RecordAsync(EventPipeProvider provider, TimeSpan time, long largest, CancellationToken stopping, CancellationToken ct)
    {
        var client = new DiagnosticsClient(Environment.ProcessId);
        using var session = await client.StartEventPipeSessionAsync(new EventPipeSessionConfiguration([provider], BufferMegabytes, Names), ct);
        using var full = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(full.Token, stopping, ct);
        var copied = CopyAsync(session.EventStream, largest, full, ct);
        // The runtime's samples keep real time, whatever the host's clock says.
        await Task.Delay(time, end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var ended = full.IsCancellationRequested ? ProfileEnd.Size : stopping.IsCancellationRequested ? ProfileEnd.Stop : ProfileEnd.Time;
        // Also for a caller who has left: a session that nobody ends goes on. The stream is read meanwhile, or the runtime would wait.
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
