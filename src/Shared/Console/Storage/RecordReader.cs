using System.Buffers.Binary;

namespace Observability.Console.Storage;

/// <summary>Reads what <see cref="RecordWriter"/> has written, in the same order.</summary>
internal ref struct RecordReader(ReadOnlySpan<byte> segment, int position)
{
    private readonly ReadOnlySpan<byte> _segment = segment;
    private int _position = position;

    public byte Byte() => _segment[_position++];

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Raw(sizeof(long)));

    public double Double() => BitConverter.Int64BitsToDouble(Int64());

    public ReadOnlySpan<byte> Raw(int length)
    {
        _position += length;
        return _segment.Slice(_position - length, length);
    }

    public ulong Varint()
    {
        ulong value = 0;
        for (var shift = 0; ; shift += 7)
        {
            var part = _segment[_position++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
                return value;
        }
    }

    public long Signed()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Text()
    {
        var reference = (int)Varint();
        return reference == 0 ? TextHere() : new RecordReader(_segment, reference).TextHere();
    }

    /// <summary>Passes over a text; one that is referred to is not looked up.</summary>
    public void SkipText()
    {
        if (Varint() == 0)
            TextHere();
    }

    /// <summary>Passes over a text and returns its place in the segment, at which <see cref="TextHere"/> reads it.</summary>
    public int TextPlace()
    {
        var reference = (int)Varint();
        if (reference > 0)
            return reference;
        var here = _position;
        TextHere();
        return here;
    }

    /// <summary>A text whose length and bytes begin at the position.</summary>
    public ReadOnlySpan<byte> TextHere() => Raw((int)Varint());
}
