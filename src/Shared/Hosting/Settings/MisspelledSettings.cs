using Microsoft.Extensions.Configuration;

namespace ECommerce.Hosting;

/// <summary>
/// Finds misspelled names of sections: <c>Limit__Burst</c>, <c>Limits_Burst</c>. Variables of other programs share the environment, so that
/// an unknown name alone is not an error.
/// </summary>
internal static class MisspelledSettings
{
    private const int MostEdits = 2;

    /// <summary>The problems, each a line that begins with the name of the setting.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration, IReadOnlyCollection<SettingsSection> sections)
    {
        var known = sections.Select(section => section.Name).Append("ConnectionStrings").ToHashSet(StringComparer.OrdinalIgnoreCase);
        var flat = sections.SelectMany(section => section.Properties.Select(property => (Wrong: $"{section.Name}_{property.Name}", Right: $"{section.Name}__{property.Name}")))
            .ToDictionary(pair => pair.Wrong, pair => pair.Right, StringComparer.Ordinal);
        foreach (var found in configuration.GetChildren())
        {
            if (flat.TryGetValue(found.Key, out var meant))
                yield return $"{found.Key} is not a setting: two underscores join a section and its setting, {meant}.";
            else if (!known.Contains(found.Key) && found.GetChildren().FirstOrDefault() is { } child && known.FirstOrDefault(name => IsAlmost(found.Key, name)) is { } near)
                yield return $"{found.Key}__{child.Key} is not a setting. There is a section {near}.";
        }
    }

    private static bool IsAlmost(string text, string name) =>
        name.Length > 2 * MostEdits && Math.Abs(text.Length - name.Length) <= MostEdits && Edits(text.ToUpperInvariant(), name.ToUpperInvariant()) <= MostEdits;

    // The Levenshtein distance, computed row by row.
    private static int Edits(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (var i = 1; i <= from.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= to.Length; j++)
                (row[j], diagonal) = (Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (from[i - 1] == to[j - 1] ? 0 : 1)), row[j]);
        }

        return row[to.Length];
    }
}
