using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ECommerce.Data;

/// <summary>
/// What a statement does and to which table, read once per text: slices hold their SQL in constants, so the texts are few.
/// Names follow OpenTelemetry's database conventions (<c>db.operation.name</c>, <c>db.collection.name</c>).
/// </summary>
internal sealed partial record SqlStatement(string Operation, string? Collection)
{
    // Texts are told apart by where they are: to hash a long one takes longer than to look at its span's name. Should somebody build texts
    // at every request, the first are kept and the others read anew.
    private const int MostKept = 4096;

    private static readonly ConcurrentDictionary<string, SqlStatement> Known = new(new SameText());

    public string SpanName { get; } = Collection is null ? Operation : $"{Operation} {Collection}";

    public static SqlStatement Of(string sql)
    {
        if (Known.TryGetValue(sql, out var known))
            return known;
        var read = Read(sql);
        if (Known.Count < MostKept)
            Known.TryAdd(sql, read);
        return read;
    }

    // The first thing that changes something names the statement, wherever a WITH has put it; else it is what it starts with.
    private static SqlStatement Read(string sql)
    {
        if (Change().Match(sql) is { Success: true } change)
            return new(change.Groups["verb"].Value.Split(' ')[0].ToUpperInvariant(), change.Groups["table"].Value);
        if (Query().Match(sql) is { Success: true } query)
            return new("SELECT", query.Groups["table"].Value);
        return new(FirstWord().Match(sql).Value.ToUpperInvariant(), null);
    }

    [GeneratedRegex(@"\b(?<verb>INSERT INTO|UPDATE|DELETE FROM)\s+(?<table>[a-z_]+\.[a-z_]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Change();

    [GeneratedRegex(@"\bFROM\s+(?<table>[a-z_]+\.[a-z_]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Query();

    // A migration begins with a comment.
    [GeneratedRegex(@"(?<=^(\s|--.*\n)*)[A-Za-z]+", RegexOptions.ExplicitCapture)]
    private static partial Regex FirstWord();

    private sealed class SameText : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => ReferenceEquals(x, y);

        public int GetHashCode(string obj) => RuntimeHelpers.GetHashCode(obj);
    }
}
