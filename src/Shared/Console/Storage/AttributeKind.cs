namespace Observability.Console.Storage;

/// <summary>The types of an encoded attribute value.</summary>
internal enum AttributeKind : byte
{
    None,
    Text,
    False,
    True,
    Integer,
    Real,
    Array,

    /// <summary>An object or an array of a log line, as JSON.</summary>
    Json,
}

/// <summary>An attribute value in a segment. Elements of an array are read from <see cref="Elements"/>, one for each of <see cref="Integer"/>.</summary>
internal readonly ref struct AttributeValue
{
    public AttributeKind Kind { get; init; }

    public ReadOnlySpan<byte> Text { get; init; }

    public long Integer { get; init; }

    public double Real { get; init; }

    public RecordReader Elements { get; init; }

    /// <summary>Reads a value; the elements of an array are passed over.</summary>
    public static AttributeValue Read(scoped ref RecordReader record)
    {
        var kind = (AttributeKind)record.Byte();
        switch (kind)
        {
            case AttributeKind.Text or AttributeKind.Json:
                return new() { Kind = kind, Text = record.Text() };
            case AttributeKind.Integer:
                return new() { Kind = kind, Integer = record.Signed() };
            case AttributeKind.Real:
                return new() { Kind = kind, Real = record.Double() };
            case AttributeKind.Array:
                var count = (long)record.Varint();
                var elements = record;
                for (var i = 0; i < count; i++)
                    Skip(ref record);
                return new() { Kind = kind, Integer = count, Elements = elements };
            default:
                return new() { Kind = kind };
        }
    }

    /// <summary>Passes over a value without looking at its text.</summary>
    public static void Skip(ref RecordReader record)
    {
        switch ((AttributeKind)record.Byte())
        {
            case AttributeKind.Text or AttributeKind.Json:
                record.SkipText();
                break;
            case AttributeKind.Integer:
                record.Varint();
                break;
            case AttributeKind.Real:
                record.Raw(sizeof(double));
                break;
            case AttributeKind.Array:
                for (var left = (long)record.Varint(); left > 0; left--)
                    Skip(ref record);
                break;
        }
    }
}
