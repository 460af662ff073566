using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ECommerce.Data;

/// <summary>
/// The operation and the table of a SQL statement, parsed once per text: slices hold their SQL in constants, so that the texts are few.
/// Names follow OpenTelemetry's database conventions (<c>db.operation.name</c>, <c>db.collection.name</c>).
/// </summary>
internal sealed partial record SqlStatement(string Operation, string? Collection)
{
    // The cache compares texts by reference, since hashing a long one costs more than the lookup is worth. If texts were built for each
    // request, the first ones would be cached and the others parsed each time.
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

    // The first data-modifying keyword names the statement, wherever a WITH has put it; otherwise its first keyword.
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
