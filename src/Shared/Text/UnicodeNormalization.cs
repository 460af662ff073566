using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace ECommerce.Text;

/// <summary>
/// Unicode normalization forms C and KC (UAX #15). The host runs with invariant globalization and in images without ICU, where <see
/// cref="string.Normalize()"/> returns every text unchanged.
/// </summary>
public static class UnicodeNormalization
{
    // Hangul syllables are computed (The Unicode Standard, section 3.12): leading consonant, vowel, trailing consonant.
    private const int Syllable = 0xAC00, Leading = 0x1100, Vowel = 0x1161, Trailing = 0x11A7;
    private const int Leadings = 19, Vowels = 21, Trailings = 28, Syllables = Leadings * Vowels * Trailings;

    private static readonly Lazy<Tables> Data = new(Tables.Read);

    /// <summary>Form C: composed and decomposed spellings of one character become the same text.</summary>
    public static string ToNfc(string text) => Normalize(text, isCompatible: false);

    /// <summary>Form KC: as form C; full-width, half-width and other presentation forms become the plain character too.</summary>
    public static string ToNfkc(string text) => Normalize(text, isCompatible: true);

    private static string Normalize(string text, bool isCompatible)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (Ascii.IsValid(text))
            return text;

        var data = Data.Value;
        List<int> codes = new(text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
            Decompose(rune.Value, isCompatible, data, codes);
        Reorder(codes, data);
        var builder = new StringBuilder(codes.Count);
        foreach (var code in Compose(codes, data))
            builder.Append(new Rune(code));
        return builder.ToString();
    }

    private static void Decompose(int code, bool isCompatible, Tables data, List<int> into)
    {
        if (code - Syllable is >= 0 and < Syllables and var index)
        {
            into.Add(Leading + (index / (Vowels * Trailings)));
            into.Add(Vowel + (index % (Vowels * Trailings) / Trailings));
            if (index % Trailings is > 0 and var trailing)
                into.Add(Trailing + trailing);
        }
        else if (isCompatible && data.Compatible.TryGetValue(code, out var full))
            into.AddRange(full);
        else if (data.Canonical.TryGetValue(code, out var parts))
        {
            foreach (var part in parts)
                Decompose(part, isCompatible, data, into);
        }
        else
            into.Add(code);
    }

    // Combining marks after a base are sorted by their class; marks of one class keep their order.
    private static void Reorder(List<int> codes, Tables data)
    {
        for (var start = 0; start < codes.Count; start++)
        {
            var end = start;
            while (end < codes.Count && data.ClassOf(codes[end]) != 0)
                end++;
            if (end - start > 1)
            {
                int[] sorted = [.. codes[start..end].OrderBy(data.ClassOf)];
                for (var i = 0; i < sorted.Length; i++)
                    codes[start + i] = sorted[i];
            }

            start = end;
        }
    }

    private static List<int> Compose(List<int> codes, Tables data)
    {
        List<int> composed = new(codes.Count);
        var (starter, last) = (-1, 0);
        foreach (var code in codes)
        {
            var its = data.ClassOf(code);
            // A mark of the same class between this one and the base blocks it.
            if (starter >= 0 && (starter == composed.Count - 1 || last < its) && Pair(composed[starter], code, data) is { } one)
            {
                composed[starter] = one;
                continue;
            }

            if (its == 0)
                starter = composed.Count;
            last = its;
            composed.Add(code);
        }

        return composed;
    }

    private static int? Pair(int first, int second, Tables data)
    {
        if (first - Leading is >= 0 and < Leadings and var leading && second - Vowel is >= 0 and < Vowels and var vowel)
            return Syllable + (((leading * Vowels) + vowel) * Trailings);
        if (first - Syllable is >= 0 and < Syllables and var syllable && syllable % Trailings == 0 && second - Trailing is > 0 and < Trailings and var trailing)
            return first + trailing;
        return data.Pairs.TryGetValue((first, second), out var one) ? one : null;
    }

    /// <summary>The Unicode data, loaded for the first text beyond ASCII.</summary>
    private sealed class Tables
    {
        private readonly Dictionary<int, int> _classes = [];

        public FrozenDictionary<int, int[]> Canonical { get; private init; } = FrozenDictionary<int, int[]>.Empty;
        public FrozenDictionary<int, int[]> Compatible { get; private init; } = FrozenDictionary<int, int[]>.Empty;
        public FrozenDictionary<(int First, int Second), int> Pairs { get; private init; } = FrozenDictionary<(int First, int Second), int>.Empty;

        public int ClassOf(int code) => _classes.GetValueOrDefault(code);

        public static Tables Read()
        {
            var (canonical, compatible, pairs) = (new Dictionary<int, int[]>(), new Dictionary<int, int[]>(), new Dictionary<(int First, int Second), int>());
            Dictionary<int, int> classes = [];
            using var stream = typeof(UnicodeNormalization).Assembly.GetManifestResourceStream("unicode-normalization.txt")!;
            using var reader = new StreamReader(stream);
            while (reader.ReadLine() is { } line)
            {
                if (line.Split(' ') is not [var kind and not "#", var first, .. var rest])
                    continue;
                var code = Hex(first);
                if (kind == "C")
                {
                    for (var mark = code; mark <= Hex(rest[0]); mark++)
                        classes[mark] = int.Parse(rest[1], CultureInfo.InvariantCulture);
                    continue;
                }

                int[] parts = [.. rest.Select(Hex)];
                (kind == "K" ? compatible : canonical)[code] = parts;
                if (kind == "D")
                    pairs[(parts[0], parts[1])] = code;
            }

            var tables = new Tables { Canonical = canonical.ToFrozenDictionary(), Compatible = compatible.ToFrozenDictionary(), Pairs = pairs.ToFrozenDictionary() };
            foreach (var (mark, its) in classes)
                tables._classes[mark] = its;
            return tables;
        }

        private static int Hex(string text) => int.Parse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }
}
