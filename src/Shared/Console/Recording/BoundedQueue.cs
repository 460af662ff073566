using System.Diagnostics.CodeAnalysis;
using System.Numerics;

namespace Observability.Console.Recording;

/// <summary>
/// A bounded queue of references for many producers and one consumer, without locks and without allocation: a ring in which each slot has a
/// ticket that says whose turn it is (Vyukov, "Bounded MPMC queue"). An item that finds the queue full is refused.
/// </summary>
internal sealed class BoundedQueue<T>
    where T : class
{
    private readonly Slot[] _slots;
    private readonly int _mask;
    private long _tail;
    private long _head;

    public BoundedQueue(int capacity)
    {
        _slots = new Slot[BitOperations.RoundUpToPowerOf2((uint)capacity)];
        _mask = _slots.Length - 1;
        for (var i = 0; i < _slots.Length; i++)
            _slots[i].Ticket = i;
    }

    public bool TryEnqueue(T item)
    {
        while (true)
        {
            var tail = Volatile.Read(ref _tail);
            ref var slot = ref _slots[tail & _mask];
            var turn = Volatile.Read(ref slot.Ticket) - tail;
            if (turn < 0)
                return false; // The slot still has the item of one round ago.
            if (turn == 0 && Interlocked.CompareExchange(ref _tail, tail + 1, tail) == tail)
            {
                slot.Item = item;
                Volatile.Write(ref slot.Ticket, tail + 1);
                return true;
            }
        }
    }

    /// <summary>Takes the oldest item. For one thread.</summary>
    public bool TryDequeue([NotNullWhen(true)] out T? item)
    {
        ref var slot = ref _slots[_head & _mask];
        if (Volatile.Read(ref slot.Ticket) != _head + 1)
        {
            item = null;
            return false;
        }
        item = slot.Item!;
        slot.Item = null;
        Volatile.Write(ref slot.Ticket, _head + _slots.Length);
        _head++;
        return true;
    }

    private struct Slot
    {
        public long Ticket;
        public T? Item;
    }
}
