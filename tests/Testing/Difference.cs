using System.Globalization;
using System.Text;

namespace ECommerce.Testing;

/// <summary>Describes how two long texts or collections differ: what is missing and what is too much, and not what they have in common.</summary>
internal static class Difference
{
    private const int Items = 20;
    private const int Lines = 40;
    private const int Around = 2;
    private const int Width = 200;
    private const int Before = 60;

    // Beyond that, the table of the comparison would take more than a few megabytes.
    private const int Cells = 2_000_000;

    /// <summary>Lines that are missing begin with -, lines that are too much with +; others stand around them for orientation.</summary>
    public static string OfTexts(string seen, string expected)
    {
        string[] ours = seen.Split('\n'), theirs = expected.Split('\n');
        if (ours.Length == 1 && theirs.Length == 1)
            return OfLines(seen, expected);

        var edits = Edits(ours, theirs);
        var shown = new SortedSet<int>(edits.Index().Where(edit => edit.Item.Sign != ' ').SelectMany(edit => Enumerable.Range(edit.Index - Around, (2 * Around) + 1)))
            .Where(index => index >= 0 && index < edits.Count).ToList();
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture,
            $"{edits.Count(edit => edit.Sign == '-')} of {theirs.Length} lines are missing (-), {edits.Count(edit => edit.Sign == '+')} of {ours.Length} are too much (+)."));
        foreach (var (place, index) in shown.Take(Lines).Index())
        {
            if (place > 0 && shown[place - 1] != index - 1)
                text.Append("\n  …");
            // A line that was changed shows the part in which it was.
            var (sign, line, number) = edits[index];
            var other = sign is '-' && index + 1 < edits.Count && edits[index + 1].Sign is '+' ? edits[index + 1].Line
                : sign is '+' && index > 0 && edits[index - 1].Sign is '-' ? edits[index - 1].Line : line;
            text.Append(CultureInfo.InvariantCulture, $"\n{sign} {number}: {Part(line, FirstDifference(line, other))}");
        }

        if (shown.Count > Lines)
            text.Append(CultureInfo.InvariantCulture, $"\n  … and {shown.Count - Lines} more lines.");
        return text.ToString();
    }

    /// <summary>Elements that are missing and elements that are too much, each as often as it is.</summary>
    public static string OfSets<T>(IEnumerable<T> seen, IEnumerable<T> expected)
    {
        string[] ours = [.. seen.Select(Text)], theirs = [.. expected.Select(Text)];
        var counts = ours.CountBy(item => item).ToDictionary();
        foreach (var item in theirs)
            counts[item] = counts.GetValueOrDefault(item) - 1;
        return Listed("missing", theirs.Length, counts.Where(count => count.Value < 0).SelectMany(count => Enumerable.Repeat(count.Key, -count.Value)))
            + "\n" + Listed("too much", ours.Length, counts.Where(count => count.Value > 0).SelectMany(count => Enumerable.Repeat(count.Key, count.Value)));
    }

    /// <summary>What is missing and what is too much, in order.</summary>
    public static string OfSequences<T>(IEnumerable<T> seen, IEnumerable<T> expected)
    {
        string[] ours = [.. seen.Select(Text)], theirs = [.. expected.Select(Text)];
        return ours.Order(StringComparer.Ordinal).SequenceEqual(theirs.Order(StringComparer.Ordinal))
            ? "The elements are the same, in another order.\n" + OfTexts(string.Join('\n', ours), string.Join('\n', theirs))
            : OfSets(ours, theirs);
    }

    /// <summary>The first two texts that differ.</summary>
    public static string OfAll(IReadOnlyList<string> texts)
    {
        var other = texts.Index().First(text => text.Item != texts[0]);
        return string.Create(CultureInfo.InvariantCulture, $"Of {texts.Count} texts, number {other.Index + 1} (+) differs from the first (-).\n{OfTexts(other.Item, texts[0])}");
    }

    private static string OfLines(string seen, string expected)
    {
        var at = FirstDifference(seen, expected);
        return string.Create(CultureInfo.InvariantCulture,
            $"The first difference is at character {at} of {expected.Length} (-) and {seen.Length} (+).\n- {Part(expected, at)}\n+ {Part(seen, at)}");
    }

    private static string Listed(string what, int of, IEnumerable<string> items)
    {
        string[] all = [.. items.Order(StringComparer.Ordinal)];
        var sign = what == "missing" ? '-' : '+';
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"{what}: {all.Length} of {of}"));
        foreach (var item in all.Take(Items))
            text.Append(CultureInfo.InvariantCulture, $"\n{sign} {Part(item, 0)}");
        if (all.Length > Items)
            text.Append(CultureInfo.InvariantCulture, $"\n  … and {all.Length - Items} more.");
        return text.ToString();
    }

    private static string Text<T>(T item) => item switch
    {
        null => "null",
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => item.ToString() ?? "",
    };

    private static int FirstDifference(string one, string other)
    {
        var at = one.AsSpan().CommonPrefixLength(other);
        return at == one.Length && at == other.Length ? 0 : at;
    }

    /// <summary>So much of a line as can be read, with the character at <paramref name="at"/> in it.</summary>
    private static string Part(string line, int at)
    {
        if (line.Length <= Width)
            return line;
        var start = Math.Clamp(at - Before, 0, line.Length);
        var end = Math.Min(line.Length, start + Width);
        return $"{(start > 0 ? "…" : "")}{line[start..end]}{(end < line.Length ? "…" : "")}";
    }

    // The longest common subsequence, between the lines with which both begin and those with which both end.
    private static List<(char Sign, string Line, int Number)> Edits(string[] ours, string[] theirs)
    {
        var head = ours.AsSpan().CommonPrefixLength(theirs);
        var tail = 0;
        while (tail < Math.Min(ours.Length, theirs.Length) - head && ours[^(tail + 1)] == theirs[^(tail + 1)])
            tail++;
        ReadOnlySpan<string> seen = ours.AsSpan(head..^tail), expected = theirs.AsSpan(head..^tail);

        List<(char, string, int)> edits = [.. ours[..head].Index().Select(line => (' ', line.Item, line.Index + 1))];
        var common = Common(seen, expected);
        var (i, j) = (0, 0);
        while (i < seen.Length || j < expected.Length)
        {
            if (i < seen.Length && j < expected.Length && seen[i] == expected[j])
            {
                edits.Add((' ', seen[i], head + ++i));
                j++;
            }
            else if (j < expected.Length && (i == seen.Length || common is null || common[i, j + 1] >= common[i + 1, j]))
            {
                edits.Add(('-', expected[j], head + ++j));
            }
            else
            {
                edits.Add(('+', seen[i], head + ++i));
            }
        }

        edits.AddRange(ours[^tail..].Index().Select(line => (' ', line.Item, ours.Length - tail + line.Index + 1)));
        return edits;
    }

    private static int[,]? Common(ReadOnlySpan<string> seen, ReadOnlySpan<string> expected)
    {
        if ((long)seen.Length * expected.Length > Cells)
            return null;
        var common = new int[seen.Length + 1, expected.Length + 1];
        for (var i = seen.Length - 1; i >= 0; i--)
        {
            for (var j = expected.Length - 1; j >= 0; j--)
                common[i, j] = seen[i] == expected[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        return common;
    }
}
