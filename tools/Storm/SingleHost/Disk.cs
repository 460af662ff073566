using System.Diagnostics;

namespace ECommerce.Storm.SingleHost;

/// <summary>
/// The volume of PostgreSQL's data: a small tmpfs, so that it can be filled without affecting other programs. Only root may mount one; for
/// other users it is a plain folder and cannot be filled.
/// </summary>
internal sealed class Disk : IDisposable
{
    // A fresh shop takes some 70 MB, and its write-ahead log grows to some 100.
    private const string Size = "256m";
    private static readonly byte[] Block = new byte[1024 * 1024];

    private readonly bool _isMounted;

    private Disk(DirectoryInfo folder, bool isMounted) => (Folder, _isMounted) = (folder, isMounted);

    public DirectoryInfo Folder { get; }

    public bool CanBeFilled => _isMounted;

    private string Ballast => Path.Combine(Folder.FullName, "ballast");

    public static Disk In(DirectoryInfo folder)
    {
        var place = folder.CreateSubdirectory("disk");
        return new(place, OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Run("mount", "-t", "tmpfs", "-o", $"size={Size},mode=755", "tmpfs", place.FullName));
    }

    /// <summary>Fills the volume.</summary>
    public void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var length = Block.Length; length > 0;)
        {
            try
            {
                file.Write(Block.AsSpan(0, length));
            }
            catch (IOException)
            {
                length /= 2;
            }
        }
    }

    public void Clear() => File.Delete(Ballast);

    public void Dispose()
    {
        if (_isMounted && !Run("umount", Folder.FullName))
            Run("umount", "--lazy", Folder.FullName);
    }

    private static bool Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
