namespace Observability.Console.Sampling;

/// <summary>Writes numbers bit by bit, the highest bit first, into an array of fixed size.</summary>
internal sealed class BitWriter(int bytes)
{
    private int _position;

    public byte[] Bytes { get; } = new byte[bytes];

    public int Capacity => Bytes.Length;

    /// <summary>The bits that are free.</summary>
    public int Left => (Bytes.Length * 8) - _position;

    public void Write(ulong value, int bits)
    {
        while (bits > 0)
        {
            var free = 8 - (_position & 7);
            var taken = Math.Min(free, bits);
            var part = (value >> (bits - taken)) & ((1UL << taken) - 1);
            Bytes[_position >> 3] |= (byte)(part << (free - taken));
            _position += taken;
            bits -= taken;
        }
    }
}

/// <summary>Reads what <see cref="BitWriter"/> has written.</summary>
internal sealed class BitReader(byte[] bytes)
{
    private int _position;

    public ulong Read(int bits)
    {
        ulong value = 0;
        while (bits > 0)
        {
            var free = 8 - (_position & 7);
            var taken = Math.Min(free, bits);
            value = (value << taken) | (((ulong)bytes[_position >> 3] >> (free - taken)) & ((1UL << taken) - 1));
            _position += taken;
            bits -= taken;
        }
        return value;
    }
}
