using System.Text;

namespace ECommerce.Observability.Profiling;

/// <summary>Writes one protobuf message (https://protobuf.dev/programming-guides/encoding). Fields that hold nothing are left out, as proto3 does.</summary>
internal sealed class ProtobufBuffer
{
    private readonly MemoryStream _bytes = new();

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
        return Bytes(field, packed._bytes);
    }

    /// <summary>A text of a repeated field, which is there even when it is empty.</summary>
    public ProtobufBuffer Text(int field, string text) => Bytes(field, new(Encoding.UTF8.GetBytes(text)));

    public ProtobufBuffer Message(int field, ProtobufBuffer message) => Bytes(field, message._bytes);

    public void CopyTo(Stream stream) => _bytes.WriteTo(stream);

    private ProtobufBuffer Bytes(int field, MemoryStream bytes)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)bytes.Length);
        bytes.WriteTo(_bytes);
        return this;
    }

    private void Varint(ulong value)
    {
        for (; value >= 0x80; value >>= 7)
            _bytes.WriteByte((byte)(value | 0x80));
        _bytes.WriteByte((byte)value);
    }
}
