using System.Runtime.InteropServices;

namespace ECommerce.Hosting;

/// <summary>
/// A folder with mode 0700, which no other local user can list, read or write. Another user cannot open a file in it, and therefore cannot
/// lock one.
/// </summary>
public static class PrivateFolder
{
    /// <summary>The mode of a file of the owner alone: 0600.</summary>
    public const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode Passage = UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
    private const UnixFileMode WritableByOthers = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    private const string Elsewhere = "name another folder in Data__Directory";

    private const int ReadOnly = 30; // EROFS

    // The codes of a refusal by FileShare.None: EWOULDBLOCK, ERROR_SHARING_VIOLATION.
    private static readonly int Held = OperatingSystem.IsLinux() ? 11 : OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : 35;

    private const int StatxUid = 0x8;
    private const int AtCurrentDirectory = -100;
    private const int AtNoFollow = 0x100;

    /// <summary>Creates the folder, or removes the rights of other users from an existing one.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="passable">Whether other users may pass through to a folder inside whose name they know; they cannot list it.</param>
    /// <exception cref="StartupException">
    /// It cannot be created or written, belongs to another user, or is writable by others, so that its content cannot be trusted.
    /// </exception>
    public static DirectoryInfo Prepare(string path, bool passable = false)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                return Directory.CreateDirectory(path);
            var allowed = passable ? Own | Passage : Own;
            if (File.Exists(path))
                throw new StartupException($"{path} is a file: name a folder in Data__Directory.");
            if (!Directory.Exists(path))
                Directory.CreateDirectory(path, allowed);
            if (!IsOurs(path))
                throw new StartupException($"{path} belongs to another user: name a folder of your own in Data__Directory.");
            var mode = File.GetUnixFileMode(path);
            if ((mode & WritableByOthers) != 0)
                throw new StartupException($"Other users may write into {path}, so that what is in it cannot be trusted: look through it, then run chmod -R go-w {path}.");
            if ((mode & ~allowed) != 0)
                File.SetUnixFileMode(path, mode & allowed);
            return new(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, failure);
        }
    }

    /// <summary>Opens a file exclusively, with access for this user only.</summary>
    /// <returns>Null when another process holds the file.</returns>
    /// <exception cref="StartupException">The file cannot be written.</exception>
    public static FileStream? TryLock(string path)
    {
        try
        {
            FileStreamOptions options = new() { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnFile;
            var file = new FileStream(path, options);
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(file.SafeFileHandle, OwnFile); // an earlier version left it readable
            return file;
        }
        catch (IOException held) when (held.HResult == Held)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Unusable(Path.GetDirectoryName(path)!, failure);
        }
    }

    /// <summary>Whether this user owns a file or folder, or the target of a link.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="followLinks">False asks for the owner of the link itself.</param>
    public static bool IsOurs(string path, bool followLinks = true)
    {
        if (!OperatingSystem.IsLinux())
            return true;
        var found = new StatxBuffer();
        return Statx(AtCurrentDirectory, path, followLinks ? 0 : AtNoFollow, StatxUid, ref found) == 0 && found.Uid == EffectiveUser();
    }

    private static StartupException Unusable(string path, Exception failure) => new(failure switch
    {
        PathTooLongException => $"{path} is longer than a path may be: {Elsewhere}.",
        UnauthorizedAccessException or { HResult: ReadOnly } => $"{path} cannot be written by this user: make it writable, or {Elsewhere}.",
        _ when FileAbove(path) is { } file => $"{path} cannot be made, because {file} is a file: {Elsewhere}.",
        _ => $"{path} cannot be used ({failure.Message.TrimEnd('.')}): mend it, or {Elsewhere}.",
    }, failure);

    private static string? FileAbove(string path)
    {
        for (var above = Path.GetDirectoryName(path); !string.IsNullOrEmpty(above); above = Path.GetDirectoryName(above))
        {
            if (File.Exists(above))
                return above;
        }

        return null;
    }

    // The layout of struct statx is the same on every architecture; only the fields that are read have names.
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatxBuffer
    {
        [FieldOffset(20)]
        public uint Uid;
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(int directory, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, ref StatxBuffer found);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
