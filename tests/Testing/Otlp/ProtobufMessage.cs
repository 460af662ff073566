using System.Buffers.Binary;
using System.Text;

namespace ECommerce.Testing.Otlp;

/// <summary>
/// One protobuf message, its fields by number as https://protobuf.dev/programming-guides/encoding writes them. It knows no schema: who asks
/// knows what a field holds.
/// </summary>
internal sealed class ProtobufMessage
{
    private readonly ILookup<int, Field> _fields;

    public ProtobufMessage(ReadOnlyMemory<byte> encoded) => _fields = Read(encoded).ToLookup(field => field.Number);

    public bool Has(int number) => _fields.Contains(number);

    /// <summary>The messages of a repeated field, in order.</summary>
    public IEnumerable<ProtobufMessage> All(int number) => _fields[number].Select(field => new ProtobufMessage(field.Bytes));

    /// <summary>An empty message when the field is not there.</summary>
    public ProtobufMessage One(int number) => new(Last(number).Bytes);

    public ReadOnlyMemory<byte> Bytes(int number) => Last(number).Bytes;

    public string Text(int number) => Encoding.UTF8.GetString(Last(number).Bytes.Span);

    public IEnumerable<string> Texts(int number) => _fields[number].Select(field => Encoding.UTF8.GetString(field.Bytes.Span));

    public string Hex(int number) => Convert.ToHexStringLower(Last(number).Bytes.Span);

    public long Integer(int number) => (long)Last(number).Scalar;

    /// <summary>A repeated number, packed as proto3 packs it.</summary>
    public IEnumerable<long> Integers(int number)
    {
        for (var rest = Last(number).Bytes; rest.Length > 0;)
            yield return (long)Varint(ref rest);
    }

    public double Double(int number) => BitConverter.UInt64BitsToDouble(Last(number).Scalar);

    // Of a field that is not repeated, the last one counts.
    private Field Last(int number) => _fields[number].LastOrDefault();

    private static IEnumerable<Field> Read(ReadOnlyMemory<byte> rest)
    {
        while (rest.Length > 0)
        {
            var key = Varint(ref rest);
            yield return (key & 7) switch
            {
                0 => new((int)(key >> 3), Varint(ref rest), default),
                1 => new((int)(key >> 3), BinaryPrimitives.ReadUInt64LittleEndian(Take(ref rest, 8).Span), default),
                2 => new((int)(key >> 3), 0, Take(ref rest, (int)Varint(ref rest))),
                5 => new((int)(key >> 3), BinaryPrimitives.ReadUInt32LittleEndian(Take(ref rest, 4).Span), default),
                var wireType => throw new InvalidDataException($"No field has the wire type {wireType}."),
            };
        }
    }

    private static ulong Varint(ref ReadOnlyMemory<byte> rest)
    {
        var value = 0ul;
        for (var shift = 0; ; shift += 7)
        {
            var next = Take(ref rest, 1).Span[0];
            value |= (next & 0x7ful) << shift;
            if (next < 0x80)
                return value;
        }
    }

    private static ReadOnlyMemory<byte> Take(ref ReadOnlyMemory<byte> rest, int length)
    {
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }

    private readonly record struct Field(int Number, ulong Scalar, ReadOnlyMemory<byte> Bytes);
}
