using System.Diagnostics.CodeAnalysis;
using System.Text;
using Observability.Console.Storage;

namespace Observability.Console.Queries.Differing;

/// <summary>
/// Numbers different texts of a view. The texts stay in the segments, which the view has leased, so that one costs an entry of a table and
/// no copy.
/// </summary>
internal sealed class SegmentTexts
{
    private const int CacheSize = 8192;
    private const int BitsOfNumber = 24;
    private const int BitsOfPlace = 18; // Segment.Size is 2 to the 18th.

    private readonly Dictionary<Place, int> _numbers = new(new PlaceComparer());
    private readonly Dictionary<Place, int>.AlternateLookup<ReadOnlySpan<byte>> _byText;
    private readonly List<Place> _places = [];

    // Texts repeat within a segment as references to one place: what was found there is found again without a look at the text.
    private readonly ulong[] _cache = new ulong[CacheSize];
    private byte[] _segment = [];
    private ulong _segmentTag;

    public SegmentTexts() => _byText = _numbers.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>The text with a number.</summary>
    public ReadOnlySpan<byte> this[int number] => _places[number].Text;

    /// <summary>The text at a place of the current segment.</summary>
    public string TextAt(int place) => Encoding.UTF8.GetString(new RecordReader(_segment, place).TextHere());

    /// <summary>Starts a segment, to which places belong from here on.</summary>
    public void Open(Segment segment)
    {
        _segment = segment.Bytes;
        _segmentTag++;
    }

    /// <summary>The number of the text at a place; null when it has none.</summary>
    public int? Find(int place)
    {
        var tag = (_segmentTag << BitsOfPlace) | (uint)place;
        ref var cached = ref _cache[place & (CacheSize - 1)];
        if (cached >> BitsOfNumber == tag)
            return (int)(cached & ((1 << BitsOfNumber) - 1));
        if (!_byText.TryGetValue(new RecordReader(_segment, place).TextHere(), out var number))
            return null;
        cached = (tag << BitsOfNumber) | (uint)number;
        return number;
    }

    /// <summary>Numbers a text that has no number. The caller bounds how many there are.</summary>
    public int Add(int place)
    {
        var added = new Place(_segment, place);
        _numbers.Add(added, _places.Count);
        _places.Add(added);
        return _places.Count - 1;
    }

    private readonly record struct Place(byte[] Segment, int Offset)
    {
        public ReadOnlySpan<byte> Text => new RecordReader(Segment, Offset).TextHere();
    }

    private sealed class PlaceComparer : IEqualityComparer<Place>, IAlternateEqualityComparer<ReadOnlySpan<byte>, Place>
    {
        public bool Equals(Place x, Place y) => x.Text.SequenceEqual(y.Text);

        public bool Equals(ReadOnlySpan<byte> alternate, Place other) => alternate.SequenceEqual(other.Text);

        public int GetHashCode([DisallowNull] Place obj) => GetHashCode(obj.Text);

        // Seeded by the process, since strangers write some of the texts.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public Place Create(ReadOnlySpan<byte> alternate) => throw new NotSupportedException("A text is added by its place.");
    }
}
