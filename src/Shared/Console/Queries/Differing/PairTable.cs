using System.Globalization;
using System.Text;
using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries.Differing;

/// <summary>
/// Numbers the pairs of an attribute and a value. Numbers of which an attribute has many become ranges. The pairs are bounded: what an
/// attribute has beyond its limit is one pair without a value, which is counted for none.
/// </summary>
internal sealed class PairTable
{
    private const int MostKeys = 256;
    private const int MostPairs = 64 * 1024;
    private const int MostValuesOfKey = 4000;
    private const int MostNumbersOfKey = 20;
    private const int KindShift = 52;
    private const int KeyShift = 55;

    private readonly SegmentTexts _texts;
    private readonly Dictionary<ulong, int> _pairs = [];
    private readonly List<Pair> _all = [];
    private readonly List<Key> _keys = [new("name"), new("status")];
    private readonly Dictionary<int, int> _keyOfText = [];
    private readonly HashSet<string> _ignored = new(StringComparer.Ordinal);

    public PairTable(SegmentTexts texts) => _texts = texts;

    private enum Kind
    {
        Text,
        Status,
        Truth,
        Integer,
        Range,
        Beyond,
    }

    /// <summary>The number of pairs.</summary>
    public int Count => _all.Count;

    /// <summary>The attributes that were too many.</summary>
    public int IgnoredKeys { get; private set; }

    /// <summary>The pair of a span's name.</summary>
    public int OfName(int place) => OfText(0, place);

    /// <summary>The pair of a span's status.</summary>
    public int OfStatus(int status) => Find(1, Kind.Status, status);

    /// <summary>Reads an attribute and returns its pair; null for a value that is not compared: an array, or none.</summary>
    public int? Read(ref RecordReader record)
    {
        var key = KeyOf(record.TextPlace());
        var value = record;
        switch ((AttributeKind)record.Byte())
        {
            case AttributeKind.Text when record.TextPlace() is var place && key is { } of:
                return OfText(of, place);
            case AttributeKind.Integer when record.Signed() is var number && key is { } of:
                return OfInteger(of, number);
            case AttributeKind.Real when record.Double() is var number && key is { } of:
                return OfReal(of, number);
            case AttributeKind.True when key is { } of:
                return Find(of, Kind.Truth, 1);
            case AttributeKind.False when key is { } of:
                return Find(of, Kind.Truth, 0);
            default:
                AttributeValue.Skip(ref value);
                record = value;
                return null;
        }
    }

    /// <summary>For every pair the one as which it is counted: itself, or the range of a number of which there turned out to be many.</summary>
    public int[] CountedAs()
    {
        int[] counted = [.. Enumerable.Range(0, _all.Count)];
        for (var i = 0; i < counted.Length; i++)
        {
            if (_all[i] is { Kind: Kind.Integer } pair && _keys[pair.Key].HasRanges)
                counted[i] = OfReal(pair.Key, pair.Number);
        }
        return [.. counted, .. Enumerable.Range(counted.Length, _all.Count - counted.Length)];
    }

    /// <summary>Whether the pair has a value.</summary>
    public bool HasValue(int pair) => _all[pair].Kind is not Kind.Beyond;

    /// <summary>The number of the pair's attribute.</summary>
    public int KeyOfPair(int pair) => _all[pair].Key;

    /// <summary>The name of an attribute.</summary>
    public string NameOf(int key) => _keys[key].Name;

    /// <summary>Whether it is an attribute, and not a span's name or status.</summary>
    public static bool IsAttribute(int key) => key > 1;

    /// <summary>Whether values of the attribute are counted as one pair without a value.</summary>
    public bool IsCut(int key) => _pairs.ContainsKey(Code(key, Kind.Beyond, 0));

    /// <summary>The value in words, and the terms of a filter that find it.</summary>
    public (string Value, string Filter) Words(int pair)
    {
        var (key, kind, number) = _all[pair];
        var field = IsAttribute(key) ? FilterText.Attribute(NameOf(key)) : NameOf(key);
        var value = kind switch
        {
            Kind.Text => Encoding.UTF8.GetString(_texts[(int)number]),
            Kind.Status => FilterParser.Statuses[number],
            Kind.Truth => number == 1 ? "true" : "false",
            Kind.Range => NumberRanges.Text((int)number),
            _ => number.ToString(CultureInfo.InvariantCulture),
        };
        return (value, kind is Kind.Range ? NumberRanges.Filter(field, (int)number) : FilterText.Equal(field, value));
    }

    private int? KeyOf(int place)
    {
        var text = _texts.Find(place);
        if (text is { } known && _keyOfText.TryGetValue(known, out var key))
            return key;
        if (_keys.Count == MostKeys)
        {
            Ignore(place);
            return null;
        }
        var added = text ?? _texts.Add(place);
        _keys.Add(new(Encoding.UTF8.GetString(_texts[added])));
        _keyOfText.Add(added, _keys.Count - 1);
        return _keys.Count - 1;
    }

    private int OfText(int key, int place)
    {
        if (_texts.Find(place) is { } text)
            return Find(key, Kind.Text, text);
        return HasRoom(key) ? Add(key, Kind.Text, _texts.Add(place)) : Beyond(key);
    }

    private int OfInteger(int key, long number)
    {
        if (_pairs.TryGetValue(Code(key, Kind.Integer, number), out var pair))
            return pair;
        // A number that does not fit into a code is one of many.
        _keys[key].HasRanges |= _keys[key].Numbers == MostNumbersOfKey || number is < -(1L << 51) or >= 1L << 51;
        if (_keys[key].HasRanges)
            return OfReal(key, number);
        _keys[key].Numbers++;
        return Find(key, Kind.Integer, number);
    }

    private int OfReal(int key, double number)
    {
        _keys[key].HasRanges = true;
        return NumberRanges.Of(number) is { } range ? Find(key, Kind.Range, range) : Beyond(key);
    }

    private int Find(int key, Kind kind, long number) =>
        _pairs.TryGetValue(Code(key, kind, number), out var pair) ? pair : HasRoom(key) || kind is Kind.Range ? Add(key, kind, number) : Beyond(key);

    private int Beyond(int key) => _pairs.TryGetValue(Code(key, Kind.Beyond, 0), out var pair) ? pair : Add(key, Kind.Beyond, 0);

    private int Add(int key, Kind kind, long number)
    {
        _keys[key].Values++;
        _pairs.Add(Code(key, kind, number), _all.Count);
        _all.Add(new(key, kind, number));
        return _all.Count - 1;
    }

    private bool HasRoom(int key) => _all.Count < MostPairs && _keys[key].Values < MostValuesOfKey;

    // The value's lower 52 bits behind its kind and its attribute.
    private static ulong Code(int key, Kind kind, long number) =>
        ((ulong)key << KeyShift) | ((ulong)kind << KindShift) | ((ulong)number & ((1UL << KindShift) - 1));

    private void Ignore(int place)
    {
        // Told apart up to a limit; beyond it the number of ignored attributes stands still.
        if (_ignored.Count < MostKeys && _ignored.Add(_texts.TextAt(place)))
            IgnoredKeys++;
    }

    private readonly record struct Pair(int Key, Kind Kind, long Number);

    private sealed class Key(string name)
    {
        public string Name => name;

        public int Values { get; set; }

        public int Numbers { get; set; }

        /// <summary>Whether its numbers are counted as ranges.</summary>
        public bool HasRanges { get; set; }
    }
}
