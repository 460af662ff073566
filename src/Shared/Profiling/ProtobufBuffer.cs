using System.Buffers;
using System.Text;

namespace ECommerce.Profiling;

/// <summary>
/// Writes one protobuf message (https://protobuf.dev/programming-guides/encoding). Fields with the default value are left out, as in
/// proto3.
/// </summary>
internal sealed class ProtobufBuffer
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ProtobufBuffer Integer(int field, long value)
    {
        if (value == 0)
            return this;
        Varint((ulong)field << 3);
        Varint((ulong)value);
        return this;
    }

    public ProtobufBuffer Integers(int field, IEnumerable<long> values)
    {
        var packed = new ProtobufBuffer();
        foreach (var value in values)
            packed.Varint((ulong)value);
        return Bytes(field, packed._bytes.WrittenSpan);
    }

    /// <summary>Writes an element of a repeated string field, which is written even when it is empty.</summary>
    public ProtobufBuffer Text(int field, string text) => Bytes(field, Encoding.UTF8.GetBytes(text));

    public ProtobufBuffer Message(int field, ProtobufBuffer message) => Bytes(field, message._bytes.WrittenSpan);

    public void CopyTo(Stream stream) => stream.Write(_bytes.WrittenSpan);

    private ProtobufBuffer Bytes(int field, ReadOnlySpan<byte> bytes)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)bytes.Length);
        _bytes.Write(bytes);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            Byte((byte)(value | 0x80));
        Byte((byte)value);
    }

    private void Byte(byte value)
    {
        _bytes.GetSpan(1)[0] = value;
        _bytes.Advance(1);
    }
}
