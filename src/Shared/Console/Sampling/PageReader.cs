using System.Runtime.InteropServices;
using System.Text;

namespace Observability.Console.Sampling;

/// <summary>
/// Reads pages of metrics line by line into the store. A page has its series in the order of the page before, so that a line is compared with
/// the series that is expected, and nothing of it is decoded but the value.
/// </summary>
internal sealed class PageReader(MetricStore store)
{
    private const int MostUnknown = 100_000;

    private readonly Dictionary<byte[], StoredSeries> _byKey = new(KeyComparer.Instance);
    private readonly Dictionary<byte[], MetricFamilyInfo> _declared = new(KeyComparer.Instance);
    private readonly List<byte> _help = [];
    private List<StoredSeries> _expected = [];
    private List<StoredSeries> _seen = [];
    private StoredSeries? _lastCount;
    private MetricFamilyInfo? _lastDeclared;
    private long _pass;
    private int _next;
    private bool _isWhole = true;
    private long _unreadable;

    public long Unreadable => Interlocked.Read(ref _unreadable);

    /// <summary>The series of this pass that found no room.</summary>
    public long Refused { get; private set; }

    /// <summary>Begins a pass over all pages.</summary>
    public void Begin()
    {
        // What a pass saw that failed in the middle is not what the next one will see.
        if (_isWhole)
            (_expected, _seen) = (_seen, _expected);
        _seen.Clear();
        (_pass, _next, Refused, _lastCount, _lastDeclared, _isWhole) = (_pass + 1, 0, 0, null, null, false);
    }

    /// <summary>Ends a pass over all pages.</summary>
    /// <param name="vanishedBefore">How many series had vanished before.</param>
    /// <returns>The series that have vanished since the pass before.</returns>
    public IReadOnlyList<StoredSeries> End(int vanishedBefore)
    {
        _isWhole = true;
        return _seen.Count + vanishedBefore == _byKey.Count ? []
            : [.. _byKey.Values.Where(series => series.SeenIn != _pass && series.VanishedAt is null)];
    }

    public void Forget(StoredSeries series)
    {
        _byKey.Remove(series.Key.ToArray());
        // A pass that failed may have left it there.
        _expected.Remove(series);
    }

    public void Read(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty)
            return;
        if (line[0] == '#')
            ReadComment(line);
        else if (Find(line) is { } series)
            ReadSample(series, line[(series.Key.Length + 1)..]);
    }

    private void ReadSample(StoredSeries series, ReadOnlySpan<byte> rest)
    {
        if (!SampleLine.TryReadValue(rest, out var value, out var tail))
        {
            Interlocked.Increment(ref _unreadable);
            return;
        }
        if (series.SeenIn != _pass)
        {
            (series.SeenIn, series.Place) = (_pass, _seen.Count);
            _seen.Add(series);
        }
        store.Append(series, value);
        // Other threads count while the page is written; the histogram's count is that of its last bucket, as on /metrics.
        if (series.CountOfLast is { } count && count.SeenIn == _pass)
            store.Append(count, value);
        if (series.Name.EndsWith("_count", StringComparison.Ordinal))
            _lastCount = series;
        if (tail.StartsWith("# {"u8))
            store.AddExemplar(series, tail);
    }

    private StoredSeries? Find(ReadOnlySpan<byte> line)
    {
        if (_next < _expected.Count && IsOf(line, _expected[_next]))
            return _expected[_next++];
        var length = SampleLine.KeyLength(line);
        if (length == 0)
        {
            Interlocked.Increment(ref _unreadable);
            return null;
        }
        var key = line[..length];
        if (_byKey.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var known))
        {
            // The page goes on behind it.
            _next = known.Place + 1;
            return known;
        }
        if (Refused > MostUnknown || store.Add(key, _lastCount) is not { } added)
        {
            Refused++;
            return null;
        }
        _byKey.Add(key.ToArray(), added);
        return added;
    }

    private static bool IsOf(ReadOnlySpan<byte> line, StoredSeries series)
    {
        var key = series.Key;
        return line.Length > key.Length && line[key.Length] == ' ' && line.StartsWith(key);
    }

    private void ReadComment(ReadOnlySpan<byte> line)
    {
        if (line.StartsWith("# HELP "u8))
        {
            _help.Clear();
            _help.AddRange(line["# HELP ".Length..]);
            // OpenTelemetry's exporter writes the type first.
            if (_lastDeclared is { Help: "" } family && HelpOf(family.Name) is { Length: > 0 } help)
                store.Declare(family with { Help = help });
        }
        else if (line.StartsWith("# TYPE "u8) && !_declared.GetAlternateLookup<ReadOnlySpan<byte>>().ContainsKey(line))
        {
            var text = Encoding.UTF8.GetString(line["# TYPE ".Length..]);
            if (text.Split(' ') is not [var name, var type] || _declared.Count >= MostUnknown)
                return;
            var help = HelpOf(name);
            // OpenMetrics names a counter without the suffix that its samples have.
            if (type == "counter" && !name.EndsWith("_total", StringComparison.Ordinal))
                name += "_total";
            var family = new MetricFamilyInfo(name, type is "counter" or "gauge" or "histogram" or "summary" ? type : "unknown", help);
            _declared.Add(line.ToArray(), family);
            store.Declare(family);
            _lastDeclared = family;
        }
    }

    private string HelpOf(string name)
    {
        var help = SampleLine.Unescape(CollectionsMarshal.AsSpan(_help));
        return help.StartsWith(name + " ", StringComparison.Ordinal) ? help[(name.Length + 1)..] : "";
    }

    private sealed class KeyComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static KeyComparer Instance { get; } = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] key) => GetHashCode(key.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
