using System.Runtime.InteropServices;
using System.Text;

namespace Observability.Logging;

/// <summary>
/// Standard output or standard error of the process, written with write(2). A failed write throws <see cref="IOException"/>, while the
/// stream of <see cref="Console"/> ignores a pipe without a reader and writes into the file that has reused the number of a closed
/// descriptor.
/// </summary>
public sealed class StandardStream : Stream
{
    private const int GetDescriptorFlags = 1; // F_GETFD
    private const int CloseOnExec = 1; // FD_CLOEXEC
    private const int Interrupted = 4; // EINTR
    private const short Writable = 4; // POLLOUT
    private const int PollMilliseconds = 1000;

    private static readonly int WouldBlock = OperatingSystem.IsLinux() ? 11 : 35; // EAGAIN

    private readonly int _descriptor;
    private readonly Stream? _console;

    private StandardStream(int descriptor)
    {
        _descriptor = descriptor;
        if (OperatingSystem.IsWindows())
            _console = descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
        IsOpen = _console is not null || IsInherited(descriptor);
    }

    /// <summary>Standard output.</summary>
    public static StandardStream Output { get; } = new(1);

    /// <summary>Standard error.</summary>
    public static StandardStream Error { get; } = new(2);

    /// <summary>Whether the process was started with this stream open.</summary>
    public bool IsOpen { get; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Writes a text and a line break. Failures are ignored.</summary>
    public void TryWriteLine(string text)
    {
        try
        {
            Write(Encoding.UTF8.GetBytes($"{text}{Environment.NewLine}"));
        }
        catch (IOException)
        {
            // The stream cannot be written.
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <exception cref="IOException">The stream is closed, its reader is gone, or its file system is full.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (!IsOpen)
            throw new IOException("The process was started without this stream.");
        if (_console is not null)
        {
            _console.Write(buffer);
            return;
        }

        while (buffer.Length > 0)
        {
            var written = WriteTo(_descriptor, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (written >= 0)
                buffer = buffer[(int)written..];
            else if (Marshal.GetLastPInvokeError() is var error && error == WouldBlock)
                WaitUntilWritable();
            else if (error != Interrupted)
                throw new IOException(Marshal.GetPInvokeErrorMessage(error));
        }
    }

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // The runtime opens its own files with FD_CLOEXEC, and a descriptor with that flag cannot have been inherited. This tells a standard
    // stream that was closed from the file that has reused its number.
    private static bool IsInherited(int descriptor) => DescriptorFlags(descriptor, GetDescriptorFlags) is var flags && flags >= 0 && (flags & CloseOnExec) == 0;

    // Another process may have made the shared descriptor non-blocking.
    private void WaitUntilWritable()
    {
        var wanted = new PollDescriptor { Descriptor = _descriptor, Events = Writable };
        _ = Poll(ref wanted, 1, PollMilliseconds);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [DllImport("libc", EntryPoint = "write", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint WriteTo(int descriptor, ref byte buffer, nint count);

    [DllImport("libc", EntryPoint = "fcntl", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int DescriptorFlags(int descriptor, int command);

    [DllImport("libc", EntryPoint = "poll", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Poll(ref PollDescriptor descriptors, nuint count, int milliseconds);
}
