using System.Diagnostics;

namespace ECommerce.Platform.Data;

/// <summary>Makes one process at a time the user of a folder. The kernel lets go of the lock with the process, however it ends.</summary>
internal static class HostLock
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <exception cref="StartupException">Another process holds it for longer than <paramref name="timeout"/>.</exception>
    public static async Task<FileStream> TakeAsync(string directory, TimeSpan timeout, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            // PostgreSQL refuses root: its user has to reach the cluster inside.
            PrivateFolder.Prepare(directory, passable: ServerUser.IsAnother);
            while (true)
            {
                try
                {
                    return PrivateFolder.Lock(Path.Combine(directory, "host.lock"));
                }
                catch (IOException) when (Stopwatch.GetElapsedTime(started) < timeout)
                {
                    await Task.Delay(Pause, ct);
                }
            }
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartupException($"{directory} cannot be written: make it writable, or name another folder in Data__Directory.", e);
        }
        catch (IOException e)
        {
            throw new StartupException($"Another host uses {directory}: stop it, or give this one a folder of its own in Data__Directory.", e);
        }
    }
}
