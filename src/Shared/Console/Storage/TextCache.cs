using System.Buffers.Binary;

namespace Observability.Console.Storage;

/// <summary>
/// Finds a text that the current segment already holds: a table of offsets with two places for each hash, of which the older is replaced. A
/// text that is not found is written again, which costs bytes and nothing else; the table therefore needs no growth and no removal.
/// </summary>
internal sealed class TextCache
{
    private const int Buckets = 4096;
    private const int Part = sizeof(ulong);

    private readonly int[] _offsets = new int[Buckets * 2];

    public void Clear() => Array.Clear(_offsets);

    /// <param name="text">The text.</param>
    /// <param name="segment">The bytes of the segment.</param>
    /// <param name="offset">The offset of an equal text; 0 when none is known.</param>
    /// <returns>The place for <see cref="Put"/>.</returns>
    public int Find(ReadOnlySpan<byte> text, byte[] segment, out int offset)
    {
        var slot = (int)(HashOf(text) >> 52) * 2;
        for (var way = 0; way < 2; way++)
        {
            offset = _offsets[slot + way];
            if (offset > 0 && new RecordReader(segment, offset).TextHere().SequenceEqual(text))
                return slot;
        }
        offset = 0;
        return slot;
    }

    public void Put(int slot, int offset) => (_offsets[slot + 1], _offsets[slot]) = (_offsets[slot], offset);

    // Length, beginning, middle and end tell the texts of telemetry apart, also statements of the same table.
    private static ulong HashOf(ReadOnlySpan<byte> text)
    {
        var hash = (ulong)text.Length * 0x9E3779B97F4A7C15;
        if (text.Length < Part)
        {
            foreach (var one in text)
                hash = (hash ^ one) * 0x100000001B3;
        }
        else
        {
            hash = Mix(hash, text);
            hash = Mix(hash, text[((text.Length - Part) / 2)..]);
            hash = Mix(hash, text[^Part..]);
        }
        return (hash ^ (hash >> 29)) * 0xC2B2AE3D27D4EB4F;
    }

    private static ulong Mix(ulong hash, ReadOnlySpan<byte> text)
    {
        hash = (hash ^ BinaryPrimitives.ReadUInt64LittleEndian(text)) * 0xFF51AFD7ED558CCD;
        return hash ^ (hash >> 32);
    }
}
