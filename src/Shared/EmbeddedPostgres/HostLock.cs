using System.Diagnostics;
using System.Globalization;
using ECommerce.Hosting;
using Microsoft.Extensions.Logging;

namespace ECommerce.EmbeddedPostgres;

/// <summary>
/// An exclusive lock on a folder, so that one process uses it at a time. The kernel releases the lock when the process ends in any way.
/// </summary>
internal static partial class HostLock
{
    private const string Name = "host.lock";

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <summary>The time after which a wait is logged.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(2);

    /// <exception cref="StartupException">The folder cannot be used, or another process holds it for longer than <paramref name="timeout"/>.</exception>
    public static async Task<FileStream> TakeAsync(string directory, TimeSpan timeout, ILogger log, CancellationToken ct)
    {
        // PostgreSQL refuses root: its user has to reach the cluster inside.
        PrivateFolder.Prepare(directory, passable: ServerUser.IsAnother);
        var isTold = false;
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(Pause, ct))
        {
            if (PrivateFolder.TryLock(Path.Combine(directory, Name)) is { } taken)
                return await NotedAsync(taken, directory);

            var waited = Stopwatch.GetElapsedTime(started);
            if (waited >= timeout)
                throw new StartupException($"Another host{Holder(directory)} uses {directory}: stop it, or give this one a folder of its own in Data__Directory.");
            if (waited >= Silence && !isTold)
            {
                Log.Waiting(log, Holder(directory), directory, Math.Round((timeout - waited).TotalSeconds));
                isTold = true;
            }
        }
    }

    /// <summary>Whether another process holds the lock now.</summary>
    public static bool IsHeld(string directory)
    {
        var path = Path.Combine(directory, Name);
        if (!File.Exists(path))
            return false;
        try
        {
            using var free = PrivateFolder.TryLock(path);
            return free is null;
        }
        catch (StartupException)
        {
            return false; // TakeAsync reports the reason
        }
    }

    // The holder cannot be read from the locked file itself.
    private static string Holder(string directory)
    {
        try
        {
            return $" (process {int.Parse(File.ReadAllText(NoteIn(directory)), CultureInfo.InvariantCulture)})";
        }
        catch (Exception unknown) when (unknown is IOException or UnauthorizedAccessException or FormatException or OverflowException)
        {
            return "";
        }
    }

    private static async Task<FileStream> NotedAsync(FileStream taken, string directory)
    {
        try
        {
            File.Delete(NoteIn(directory));
            FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = PrivateFolder.OwnFile;
            await using var note = new StreamWriter(NoteIn(directory), options);
            await note.WriteAsync(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Without the note another host cannot say which process it waits for.
        }

        return taken;
    }

    private static string NoteIn(string directory) => Path.Combine(directory, "host.pid");

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Warning, "Waiting until another host{Holder} has left {Directory}, for {Seconds} s at most", EventName = "start.waits_for_host")]
        public static partial void Waiting(ILogger log, string holder, string directory, double seconds);
    }
}
