using System.Numerics;

namespace Observability.Console.Sampling;

/// <summary>
/// A run of samples of one series, compressed as in Gorilla (Pelkonen et al., "Gorilla: A Fast, Scalable, In-Memory Time Series Database", VLDB
/// 2015): the change of the interval for times, and for values the bits in which they differ from the value before. A series that does not
/// change costs two bits a sample.
/// </summary>
/// <remarks>One thread appends. A reader sees the samples that were complete when it began.</remarks>
internal sealed class SampleBlock
{
    private const int WindowBits = 5;
    private const int LengthBits = 6;

    // The sizes of Gorilla for seconds; times here are milliseconds, and the sampler's clock jitters by some.
    private static readonly (int Prefix, int PrefixBits, int Bits)[] Steps = [(0b10, 2, 7), (0b110, 3, 14), (0b1110, 4, 20)];

    private readonly BitWriter _bits;
    private long _time;
    private long _interval;
    private ulong _value;
    private int _leading = -1;
    private int _trailing;
    private int _count;

    /// <param name="time">The time of the first sample, in milliseconds.</param>
    /// <param name="value">Its value.</param>
    /// <param name="bytes">The size of the block.</param>
    public SampleBlock(long time, double value, int bytes)
    {
        _bits = new(bytes);
        (FirstTime, _time, _value) = (time, time, BitConverter.DoubleToUInt64Bits(value));
        _bits.Write(_value, 64);
        _count = 1;
    }

    public long FirstTime { get; }

    public long LastTime => Volatile.Read(ref _time);

    public int Count => Volatile.Read(ref _count);

    public int Bytes => _bits.Capacity;

    /// <summary>Appends a sample; false when the block is full, or the time too far away.</summary>
    public bool TryAppend(long time, double value)
    {
        // The most that a sample takes: a time of 4 and 32 bits, a value of 2, 5, 6 and 64.
        if (_bits.Left < 4 + 32 + 2 + WindowBits + LengthBits + 64 || time - _time - _interval is < int.MinValue or > int.MaxValue)
            return false;
        WriteTime(time);
        WriteValue(BitConverter.DoubleToUInt64Bits(value));
        Volatile.Write(ref _time, time);
        Volatile.Write(ref _count, _count + 1);
        return true;
    }

    /// <summary>The samples in their order.</summary>
    public IEnumerable<(long Time, double Value)> Read()
    {
        var count = Count;
        var bits = new BitReader(_bits.Bytes);
        var (time, interval, value, leading, length) = (FirstTime, 0L, bits.Read(64), 0, 0);
        yield return (time, BitConverter.UInt64BitsToDouble(value));
        for (var i = 1; i < count; i++)
        {
            interval += ReadStep(bits);
            time += interval;
            if (bits.Read(1) == 1)
            {
                if (bits.Read(1) == 1)
                {
                    leading = (int)bits.Read(WindowBits);
                    length = (int)bits.Read(LengthBits) + 1;
                }
                value ^= bits.Read(length) << (64 - leading - length);
            }
            yield return (time, BitConverter.UInt64BitsToDouble(value));
        }
    }

    private void WriteTime(long time)
    {
        var step = time - _time - _interval;
        _interval = time - _time;
        if (step == 0)
        {
            _bits.Write(0, 1);
            return;
        }
        foreach (var (prefix, prefixBits, bits) in Steps)
        {
            var bound = 1L << (bits - 1);
            if (step < -bound || step >= bound)
                continue;
            _bits.Write((ulong)prefix, prefixBits);
            _bits.Write((ulong)(step + bound), bits);
            return;
        }
        _bits.Write(0b1111, 4);
        _bits.Write((uint)(int)step, 32);
    }

    private static long ReadStep(BitReader bits)
    {
        var ones = 0;
        while (ones < 4 && bits.Read(1) == 1)
            ones++;
        if (ones == 0)
            return 0;
        if (ones == 4)
            return (int)(uint)bits.Read(32);
        var size = Steps[ones - 1].Bits;
        return (long)bits.Read(size) - (1L << (size - 1));
    }

    private void WriteValue(ulong value)
    {
        var difference = value ^ _value;
        _value = value;
        if (difference == 0)
        {
            _bits.Write(0, 1);
            return;
        }

        _bits.Write(1, 1);
        var leading = Math.Min(BitOperations.LeadingZeroCount(difference), (1 << WindowBits) - 1);
        var trailing = BitOperations.TrailingZeroCount(difference);
        if (_leading >= 0 && leading >= _leading && trailing >= _trailing)
        {
            // Within the window of the difference before.
            _bits.Write(0, 1);
            _bits.Write(difference >> _trailing, 64 - _leading - _trailing);
            return;
        }
        (_leading, _trailing) = (leading, trailing);
        var length = 64 - leading - trailing;
        _bits.Write(1, 1);
        _bits.Write((ulong)leading, WindowBits);
        _bits.Write((ulong)(length - 1), LengthBits);
        _bits.Write(difference >> trailing, length);
    }
}
