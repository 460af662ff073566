using System.Numerics;

namespace Observability.Console.Sampling;

/// <summary>
/// A run of samples of one series, compressed as in Gorilla (Pelkonen et al., "Gorilla: A Fast, Scalable, In-Memory Time Series Database", VLDB
/// 2015): the change of the interval for times, and for values the bits in which they differ from the value before. Of whole numbers, which
/// counters are, it is the change of the increase, which takes half of that.
/// </summary>
/// <remarks>One thread appends. A reader sees the samples that were complete when it began.</remarks>
internal sealed class SampleBlock
{
    private const int WindowBits = 5;
    private const int LengthBits = 6;
    private const long MostWhole = 1L << 50;

    // The sizes of Gorilla for seconds; times here are milliseconds, and the sampler's clock jitters by some.
    private static readonly Ladder Times = new(0b1111, 4, 32, (0b10, 2, 7), (0b110, 3, 14), (0b1110, 4, 20));

    // Increases of counters under a steady load differ by little.
    private static readonly Ladder Increases = new(0b11111, 5, 64, (0b10, 2, 4), (0b110, 3, 8), (0b1110, 4, 14), (0b11110, 5, 32));

    private readonly BitWriter _bits;
    private readonly bool _isWhole;
    private long _number;
    private long _increase;
    private long _time;
    private long _interval;
    private ulong _value;
    private int _leading = -1;
    private int _trailing;
    private int _count;

    /// <param name="time">The time of the first sample, in milliseconds.</param>
    /// <param name="value">Its value.</param>
    /// <param name="bytes">The size of the block.</param>
    /// <param name="isWhole">Whether the value is a whole number, and others are not taken.</param>
    public SampleBlock(long time, double value, int bytes, bool isWhole = false)
    {
        _bits = new(bytes);
        (_isWhole, _number) = (isWhole, isWhole ? (long)value : 0);
        (FirstTime, _time, _value) = (time, time, BitConverter.DoubleToUInt64Bits(value));
        _bits.Write(_value, 64);
        _count = 1;
    }

    public long FirstTime { get; }

    public long LastTime => Volatile.Read(ref _time);

    public int Count => Volatile.Read(ref _count);

    public int Bytes => _bits.Capacity;

    /// <summary>Whether a value is a whole number that a double holds exactly.</summary>
    public static bool IsWhole(double value) =>
        Math.Abs(value) <= MostWhole && BitConverter.DoubleToUInt64Bits((long)value) == BitConverter.DoubleToUInt64Bits(value);

    /// <summary>Appends a sample; false when the block is full, or does not take such a value, or the time is too far away.</summary>
    public bool TryAppend(long time, double value)
    {
        // The most that a sample takes: a time of 4 and 32 bits, a value of 2, 5, 6 and 64.
        if (_bits.Left < 4 + 32 + 2 + WindowBits + LengthBits + 64 || time - _time - _interval is < int.MinValue or > int.MaxValue || (_isWhole && !IsWhole(value)))
            return false;
        Times.Write(_bits, time - _time - _interval);
        _interval = time - _time;
        if (_isWhole)
            WriteNumber((long)value);
        else
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
        var (number, increase) = (_isWhole ? (long)BitConverter.UInt64BitsToDouble(value) : 0, 0L);
        for (var i = 1; i < count; i++)
        {
            interval += Times.Read(bits);
            time += interval;
            if (_isWhole)
            {
                increase += Increases.Read(bits);
                number += increase;
                yield return (time, number);
                continue;
            }
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

    private void WriteNumber(long number)
    {
        Increases.Write(_bits, number - _number - _increase);
        (_number, _increase) = (number, number - _number);
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
