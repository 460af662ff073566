using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Observability.Console.Recording;

/// <summary>
/// A bounded queue of byte strings for many producers and one consumer, without locks and without allocation. A producer claims room by one
/// compare-and-swap, copies, and publishes by writing the length in front of its bytes, as in Aeron's ManyToOneRingBuffer. Bytes that find
/// no room are refused.
/// </summary>
internal sealed class ByteRing
{
    private const int Header = sizeof(int);
    private const int Alignment = 8;

    private readonly byte[] _bytes;
    private readonly int _mask;
    private long _claimed;
    private long _read;

    public ByteRing(int capacity)
    {
        _bytes = new byte[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _bytes.Length - 1;
    }

    /// <param name="item">At least one byte. One of more than half the ring may be refused by an empty ring, too.</param>
    public bool TryWrite(ReadOnlySpan<byte> item)
    {
        var needed = SizeOf(item.Length);
        while (true)
        {
            // The consumer's position first: it only grows, so that the room is underestimated at worst.
            var read = Volatile.Read(ref _read);
            var claimed = Volatile.Read(ref _claimed);
            var index = (int)(claimed & _mask);
            // An item does not wrap: the rest of the ring is passed over.
            var padding = needed > _bytes.Length - index ? _bytes.Length - index : 0;
            if (claimed + padding + needed - read > _bytes.Length)
                return false;
            if (Interlocked.CompareExchange(ref _claimed, claimed + padding + needed, claimed) != claimed)
                continue;
            if (padding > 0)
            {
                Volatile.Write(ref HeaderAt(index), -padding);
                index = 0;
            }
            item.CopyTo(_bytes.AsSpan(index + Header));
            Volatile.Write(ref HeaderAt(index), item.Length);
            return true;
        }
    }

    /// <summary>The oldest item, until <see cref="Release"/>; empty when there is none. For one thread.</summary>
    public ReadOnlyMemory<byte> Peek()
    {
        var index = (int)(_read & _mask);
        var length = Volatile.Read(ref HeaderAt(index));
        if (length < 0)
        {
            Free(index, -length);
            index = 0;
            length = Volatile.Read(ref HeaderAt(index));
        }
        return length == 0 ? default : _bytes.AsMemory(index + Header, length);
    }

    /// <summary>Gives the room of the item that <see cref="Peek"/> has returned back.</summary>
    public void Release()
    {
        var index = (int)(_read & _mask);
        Free(index, SizeOf(HeaderAt(index)));
    }

    // A header is written only where zeros are: a claimed place is told from a published one by them.
    private void Free(int index, int size)
    {
        _bytes.AsSpan(index, size).Clear();
        Volatile.Write(ref _read, _read + size);
    }

    private static int SizeOf(int length) => (length + Header + Alignment - 1) & ~(Alignment - 1);

    // The array begins aligned, and so do the items.
    private ref int HeaderAt(int index) => ref Unsafe.As<byte, int>(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(_bytes), index));
}
