namespace Observability.Logging;

/// <summary>
/// A log file with one level of rotation: before it exceeds its size limit it is renamed to <c>{path}.1</c>. Only its owner can read it.
/// One thread writes to it. A file that was moved or deleted is created again.
/// </summary>
/// <param name="path">Relative to the working directory.</param>
/// <param name="most">The size limit, in bytes; a single batch may exceed it.</param>
internal sealed class LogFile(string path, long most) : Stream
{
    private readonly string _path = Path.GetFullPath(path);
    private FileStream? _file;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Opens the file, and creates it when it does not exist.</summary>
    /// <exception cref="IOException">The file cannot be written; the message says why.</exception>
    public static FileStream Open(string path)
    {
        try
        {
            return new(path, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.Write,
                Share = FileShare.ReadWrite | FileShare.Delete,
                BufferSize = 0,
                UnixCreateMode = OperatingSystem.IsWindows() ? null : UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
        }
        catch (Exception e) when (e is UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new IOException(e.Message, e);
        }
    }

    /// <exception cref="IOException">The lines could not be written.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_file is not null && !File.Exists(_path))
            Close(_file);
        var file = _file ??= Open(_path);
        // Appends at the current end of the file: a second host that was started on the same file by mistake overwrites nothing.
        if (file.Seek(0, SeekOrigin.End) is > 0 and var length && length + buffer.Length > most)
        {
            Close(file);
            MoveAway();
            file = _file = Open(_path);
        }

        file.Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => _file?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && _file is not null)
            Close(_file);
        base.Dispose(disposing);
    }

    private void Close(FileStream file)
    {
        file.Dispose();
        _file = null;
    }

    private void MoveAway()
    {
        try
        {
            File.Move(_path, $"{_path}.1", overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }
}
