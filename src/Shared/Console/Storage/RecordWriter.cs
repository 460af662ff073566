using System.Buffers.Binary;
using System.Numerics;
using System.Text;

namespace Observability.Console.Storage;

/// <summary>
/// Writes one record after the other into a segment. Numbers are variable-length (LEB128, as in Protocol Buffers); a text is the offset of an
/// equal text that was written before, or 0, its length and its UTF-8. A record that does not fit sets <see cref="IsOverflown"/> and is
/// written again in another segment.
/// </summary>
internal sealed class RecordWriter
{
    private const int LongestVarint = 10;
    private const int LongestScratch = 64 * 1024;

    private readonly TextCache _texts = new();
    private byte[] _bytes = [];
    private byte[] _scratch = new byte[1024];
    private int _position;
    private int _limit;

    public bool IsOverflown { get; private set; }

    /// <summary>Where the next byte is written.</summary>
    public int Position => _position;

    /// <summary>Starts a segment: texts of earlier segments cannot be referred to.</summary>
    public void Open(Segment segment)
    {
        (_bytes, _position) = (segment.Bytes, Segment.Start);
        _texts.Clear();
    }

    /// <summary>Forgets an unfinished record, and with it the texts that it has written.</summary>
    public void Rewind(int position)
    {
        _position = position;
        _texts.Clear();
    }

    public void Begin(int limit) => (_limit, IsOverflown) = (limit, false);

    public void Byte(byte value)
    {
        if (HasRoom(1))
            _bytes[_position++] = value;
    }

    public void Int64(long value)
    {
        if (!HasRoom(sizeof(long)))
            return;
        BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_position), value);
        _position += sizeof(long);
    }

    public void Double(double value) => Int64(BitConverter.DoubleToInt64Bits(value));

    /// <summary>A span to be filled by the caller; empty when the record is overflown.</summary>
    public Span<byte> Raw(int length)
    {
        if (!HasRoom(length))
            return default;
        _position += length;
        return _bytes.AsSpan(_position - length, length);
    }

    public void Varint(ulong value)
    {
        if (!HasRoom(LongestVarint))
            return;
        for (; value >= 0x80; value >>= 7)
            _bytes[_position++] = (byte)(value | 0x80);
        _bytes[_position++] = (byte)value;
    }

    /// <summary>A number of either sign, small numbers in few bytes (ZigZag).</summary>
    public void Signed(long value) => Varint((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>A text, cut after so many UTF-16 code units.</summary>
    public void Text(ReadOnlySpan<char> text, int most)
    {
        if (text.Length > most)
            text = text[..(char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
        var longest = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (_scratch.Length < longest)
            _scratch = new byte[BitOperations.RoundUpToPowerOf2((uint)longest)];
        Text(_scratch.AsSpan(0, Encoding.UTF8.GetBytes(text, _scratch)));
        if (_scratch.Length > LongestScratch)
            _scratch = new byte[1024];
    }

    public void Text(ReadOnlySpan<byte> utf8)
    {
        if (IsOverflown)
            return;
        var slot = _texts.Find(utf8, _bytes, out var known);
        if (known > 0)
        {
            Varint((ulong)known);
            return;
        }

        Byte(0);
        var offset = _position;
        Varint((ulong)utf8.Length);
        if (!HasRoom(utf8.Length))
            return;
        utf8.CopyTo(_bytes.AsSpan(_position));
        _position += utf8.Length;
        _texts.Put(slot, offset);
    }

    private bool HasRoom(int length)
    {
        if (_position + length > _limit)
            IsOverflown = true;
        return !IsOverflown;
    }
}
