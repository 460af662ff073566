using System.Buffers;
using System.IO.Pipelines;

namespace Observability.Console.Sessions;

/// <summary>Reads the lines of a compressed entry, whose lines, size and ratio of compression are bounded.</summary>
/// <param name="entry">The name of the entry, for the refusal.</param>
/// <param name="compressed">The size of the entry in the zip.</param>
/// <param name="mostBytes">The most bytes that all entries may have; it is counted down.</param>
internal sealed class BoundedReader(string entry, long compressed, ByteAllowance mostBytes)
{
    /// <summary>The most bytes of a line. An exporter of OTLP sends less at once.</summary>
    public const int LongestLine = 4 * 1024 * 1024;

    /// <summary>Telemetry shrinks to a twentieth or less; a bomb to a thousandth.</summary>
    public const int MostRatio = 250;

    private const int SmallEntry = 64 * 1024;

    /// <exception cref="ImportRefusedException">A bound is passed.</exception>
    public async Task ReadAsync(Stream stream, Action<ReadOnlySequence<byte>> take, CancellationToken cancellation)
    {
        var reader = PipeReader.Create(stream, new(leaveOpen: true, bufferSize: 64 * 1024));
        var read = 0L;
        try
        {
            while (true)
            {
                var result = await reader.ReadAsync(cancellation);
                var buffer = result.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    read += Take(buffer.Slice(0, end), take, read) + 1;
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                }
                if (read + buffer.Length > Math.Max(SmallEntry, compressed * MostRatio))
                    throw new ImportRefusedException(entry, $"Is more than {MostRatio} times as large as in the zip.");
                if (buffer.Length > LongestLine)
                    throw new ImportRefusedException(entry, $"Has a line of more than {LongestLine} bytes.");
                if (result.IsCompleted)
                {
                    Take(buffer, take, read);
                    return;
                }
                reader.AdvanceTo(buffer.Start, buffer.End);
            }
        }
        finally
        {
            await reader.CompleteAsync();
        }
    }

    private long Take(ReadOnlySequence<byte> line, Action<ReadOnlySequence<byte>> take, long read)
    {
        if (!mostBytes.TryUse(line.Length + 1) || read + line.Length > Math.Max(SmallEntry, compressed * MostRatio))
            throw new ImportRefusedException(entry, $"Is larger than an import may be, or more than {MostRatio} times as large as in the zip.");
        if (line.Length > LongestLine)
            throw new ImportRefusedException(entry, $"Has a line of more than {LongestLine} bytes.");
        if (line.Length > 1 || (line.Length == 1 && line.FirstSpan[0] != (byte)'\r'))
            take(line);
        return line.Length;
    }
}

/// <summary>Bytes that may still be read.</summary>
internal sealed class ByteAllowance(long bytes)
{
    private long _left = bytes;

    public bool TryUse(long count) => (_left -= count) >= 0;
}
