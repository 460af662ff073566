using ECommerce.Traffic;

namespace ECommerce.Fuzz.Requests;

/// <summary>The last few things that were learned; what is older is forgotten.</summary>
internal sealed class Ring<T>(int capacity = 64)
{
    private readonly Lock _lock = new();
    private readonly List<T> _items = [];

    /// <param name="item">What was learned.</param>
    /// <param name="same">Whether it takes the place of an older one.</param>
    public void Add(T item, Predicate<T>? same = null)
    {
        lock (_lock)
        {
            if (same is not null)
                _items.RemoveAll(same);
            if (_items.Count == capacity)
                _items.RemoveAt(0);
            _items.Add(item);
        }
    }

    /// <summary>One of them; the default when there is none. The dice are thrown in either case, so that what follows stays the same.</summary>
    public T? Pick(SeededRandom dice, Func<T, bool>? of = null)
    {
        var thrown = dice.Between(0, int.MaxValue - 1);
        lock (_lock)
        {
            var among = of is null ? _items : [.. _items.Where(of)];
            return among.Count == 0 ? default : among[thrown % among.Count];
        }
    }

    /// <summary>The same, and nobody else gets it.</summary>
    public T? Take(SeededRandom dice)
    {
        var thrown = dice.Between(0, int.MaxValue - 1);
        lock (_lock)
        {
            if (_items.Count == 0)
                return default;
            var taken = _items[thrown % _items.Count];
            _items.Remove(taken);
            return taken;
        }
    }
}
