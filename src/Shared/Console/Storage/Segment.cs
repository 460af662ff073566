using System.Buffers.Binary;

namespace Observability.Console.Storage;

/// <summary>
/// A fixed-size block of encoded records: records grow from the front, and a table with the offset of each grows from the back, as in a
/// slotted page of a database. One thread appends, any number of threads read what is published, and neither waits.
/// </summary>
/// <remarks>
/// A segment is self-contained: a text that repeats is written once and referred to by its offset, so that dropping the segment drops its
/// texts. Its array goes back to the pool when the store and the last reader have released it; a reader therefore never sees an array that
/// is written anew.
/// </remarks>
internal sealed class Segment
{
    /// <summary>The size of the array.</summary>
    public const int Size = 256 * 1024;

    /// <summary>The memory of a segment: its array, the trace filter, and the objects themselves.</summary>
    public const int Cost = Size + TraceFilter.Bytes + 256;

    /// <summary>The offset of the first record. Smaller ones are free for <see cref="RecordWriter"/>, to which 0 means a text that follows.</summary>
    public const int Start = 8;

    private const int Slot = sizeof(int);

    private readonly SegmentPool _pool;
    private int _leases = 1;
    private int _count;
    private long _earliest = long.MaxValue;
    private long _latest = long.MinValue;

    public Segment(SegmentPool pool, long firstSequence) => (_pool, Bytes, FirstSequence) = (pool, pool.Rent(), firstSequence);

    public byte[] Bytes { get; }

    /// <summary>The sequence number of the first record. The others follow without a gap.</summary>
    public long FirstSequence { get; }

    /// <summary>The number of published records.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <summary>The earliest time of a record in Unix ticks of 100 ns; no record is before it.</summary>
    public long Earliest => Volatile.Read(ref _earliest);

    /// <summary>The latest time of a record in Unix ticks of 100 ns; no record is after it.</summary>
    public long Latest => Volatile.Read(ref _latest);

    public TraceFilter Traces { get; } = new();

    /// <summary>The end of the space for records, when one more has an offset in the table.</summary>
    public int Limit => Size - (Slot * (_count + 1));

    public int OffsetOf(int record) => BinaryPrimitives.ReadInt32LittleEndian(Bytes.AsSpan(Size - (Slot * (record + 1))));

    /// <summary>Makes a written record visible to readers.</summary>
    /// <param name="offset">Its offset.</param>
    /// <param name="from">Its first moment, in Unix ticks.</param>
    /// <param name="to">Its last moment.</param>
    public void Publish(int offset, long from, long to)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Bytes.AsSpan(Size - (Slot * (_count + 1))), offset);
        Volatile.Write(ref _earliest, Math.Min(_earliest, from));
        Volatile.Write(ref _latest, Math.Max(_latest, to));
        Volatile.Write(ref _count, _count + 1);
    }

    /// <summary>Keeps the array from being used again; false when the segment was evicted and is already gone.</summary>
    public bool TryRetain()
    {
        for (var leases = Volatile.Read(ref _leases); leases > 0; leases = Volatile.Read(ref _leases))
        {
            if (Interlocked.CompareExchange(ref _leases, leases + 1, leases) == leases)
                return true;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _leases) == 0)
            _pool.Return(Bytes);
    }
}

/// <summary>The arrays of a store's segments. At most one is spare: a store evicts a segment to make room for one other.</summary>
internal sealed class SegmentPool
{
    private byte[]? _spare;

    public byte[] Rent() => Interlocked.Exchange(ref _spare, null) ?? GC.AllocateUninitializedArray<byte>(Segment.Size);

    public void Return(byte[] bytes) => Volatile.Write(ref _spare, bytes);
}
