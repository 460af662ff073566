using System.Text;
using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Queries.Differing;

/// <summary>
/// Finds by which attributes selected traces differ from the rest, as Honeycomb's BubbleUp does: for every value the share of the selected
/// traces that have a span with it is compared with the share of the rest. An attribute stands where its value that differs most does.
/// </summary>
internal static class DifferenceSearch
{
    /// <summary>The most spans that are read; of more a sample is.</summary>
    public const int MostSpans = 500_000;

    /// <summary>The most attributes of an answer.</summary>
    public const int MostAttributes = 40; // A mask has 64 bits.

    /// <summary>The most pairs of a span with an attribute or its name that are gathered; of more a sample is.</summary>
    public const int MostPairs = 4 * 1024 * 1024;

    private const int MostValues = 10;
    private const int MostSame = 10;

    // What one trace alone has, such as an id, is no finding. A difference of less than a hundredth is none, either.
    private const int FewestTraces = 2;
    private const double SmallestDifference = 0.01;

    // What selected traces have says more than what they lack, when both differ by about as much, as the two values of a switch do.
    private const double WeightOfAbsence = 0.9;

    // The share of the traces with either of two values that have both: beyond it they say the same.
    private const double SameTraces = 0.9;

    public static Differences Run(
        SegmentStore store, DifferenceQuery query, CancellationToken cancellation, int mostSpans = MostSpans, int mostPairs = MostPairs)
    {
        // A trace that began in time may end behind it.
        using var view = store.Read(query.From);
        var spans = view.Segments.Sum(segment => (long)segment.Count);
        var sides = new TraceSides(view, query, oneIn: (int)Math.Max(1, (spans + mostSpans - 1) / mostSpans), cancellation);
        sides.Thin(mostPairs);
        var (selected, rest) = (sides.CountOf(TraceSide.Selected), sides.CountOf(TraceSide.Rest));
        var texts = new SegmentTexts();
        var table = new PairTable(texts);
        using var counts = new PairCounts(view, sides, texts, table, cancellation);
        var attributes = Rank(table, counts, selected, rest, KeysOf(query.Selection.Filter));
        return new(selected, rest, sides.OneIn, Fold(attributes, counts, table), table.IgnoredKeys);
    }

    private static List<Ranked> Rank(PairTable table, PairCounts counts, int selected, int rest, HashSet<string> saidAlready)
    {
        Dictionary<int, List<(int Pair, ValueDifference Value)>> found = [];
        for (var pair = 0; pair < table.Count; pair++)
        {
            var (one, other) = (counts.Selected(pair), counts.Rest(pair));
            var (share, restShare) = ((double)one / Math.Max(1, selected), (double)other / Math.Max(1, rest));
            if (!table.HasValue(pair) || (share > restShare ? one : other) < FewestTraces)
                continue;
            var atLeast = ShareDifference.AtLeast(one, selected, other, rest);
            var (key, name) = (table.KeyOfPair(pair), table.NameOf(table.KeyOfPair(pair)));
            if (atLeast < SmallestDifference || saidAlready.Contains(PairTable.IsAttribute(key) ? "attr." + name : name))
                continue;
            if (!found.TryGetValue(key, out var values))
                found.Add(key, values = []);
            values.Add((pair, new(name, "", one, other, share, restShare, atLeast, null)));
        }

        List<Ranked> ranked = [];
        foreach (var (key, values) in found)
        {
            var best = values.OrderByDescending(one => WeightOf(one.Value)).Take(MostValues)
                .Select(one => (one.Pair, Value: WithWords(table, one.Pair, one.Value))).ToList();
            ranked.Add(new(best[0].Pair, new(table.NameOf(key), [.. best.Select(one => one.Value)], table.IsCut(key), [])));
        }
        return [.. ranked.OrderByDescending(one => one.Attribute.AtLeast).ThenBy(one => one.Attribute.Attribute, StringComparer.Ordinal).Take(MostAttributes)];
    }

    private static double WeightOf(ValueDifference value) => value.AtLeast * (value.SelectedShare > value.RestShare ? 1 : WeightOfAbsence);

    private static ValueDifference WithWords(PairTable table, int pair, ValueDifference value)
    {
        var (words, filter) = table.Words(pair);
        return value with { Value = words, Filter = filter.Length <= FilterParser.MostCharacters / 2 ? filter : null };
    }

    /// <summary>Puts attributes that say the same as one before under that one.</summary>
    private static List<AttributeDifference> Fold(List<Ranked> ranked, PairCounts counts, PairTable table)
    {
        var together = counts.Together([.. ranked.Select(one => one.Best)]);
        List<(int Place, AttributeDifference Attribute, List<ValueDifference> Same)> folded = [];
        for (var i = 0; i < ranked.Count; i++)
        {
            var first = folded.Find(earlier => AreSame(together, earlier.Place, i));
            if (first.Same is null)
                folded.Add((i, ranked[i].Attribute, []));
            else if (first.Same.Count < MostSame)
                first.Same.Add(ranked[i].Attribute.Values[0]);
        }
        return folded.ConvertAll(one => one.Attribute with { Same = one.Same });
    }

    private static bool AreSame(Dictionary<ulong, int> together, int one, int other)
    {
        var (both, either, mask) = (0L, 0L, (1UL << one) | (1UL << other));
        foreach (var (bits, traces) in together)
        {
            either += (bits & mask) != 0 ? traces : 0;
            both += (bits & mask) == mask ? traces : 0;
        }
        return both >= SameTraces * either;
    }

    // The selection's own terms would always win.
    private static HashSet<string> KeysOf(Filter selection) =>
    [
        .. selection.Terms.Where(term => !term.IsNegated).SelectMany(term => term.Subject switch
        {
            FilterSubject.Attribute => term.Keys.Select(key => "attr." + Encoding.UTF8.GetString(key)),
            FilterSubject.Name => ["name"],
            FilterSubject.Status => ["status"],
            _ => Enumerable.Empty<string>(),
        }),
    ];

    private sealed record Ranked(int Best, AttributeDifference Attribute);
}
