using System.Globalization;
using ECommerce.Incidents.Model;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace ECommerce.Incidents.Judging;

/// <summary>Reads an answer from YAML, of which JSON is a part, and writes the template.</summary>
internal static class AnswerFile
{
    private const int MostCharacters = 10_000;

    /// <summary>A template with the closed vocabulary in its comments.</summary>
    public static string Template { get; } = string.Join('\n',
    [
        "# Fill this in and save it. The incident ends when every value is there.",
        "wrong:            # yes or no",
        "since:            # when it began, UTC: 12:34:56",
        "causes:           # one, or two; leave the list out when nothing is wrong",
        "  - where:        # a place, from the list below",
        "    what:         # a mechanism, from the list below",
        "    who:          # nobody, all, module orders, group c, product SKU-1, client 203.0.113.7",
        "#",
        "# Places:",
        .. ShopMap.Places.Chunk(8).Select(places => $"#   {string.Join(", ", places)}"),
        "# Mechanisms:",
        .. Mechanisms.Meanings.Select(mechanism => $"#   {mechanism.Key}: {mechanism.Value}"),
        "",
    ]);

    /// <returns>The answer, or what is wrong with it, a sentence each that names the field.</returns>
    /// <param name="text">The file.</param>
    /// <param name="now">The day of a time without a date.</param>
    public static (Answer? Answer, IReadOnlyList<string> Wrong) Read(string text, DateTimeOffset now)
    {
        if (text.Length > MostCharacters)
            return (null, [$"The answer must not be longer than {MostCharacters} characters."]);
        YamlMappingNode root;
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            if (yaml.Documents is not [{ RootNode: YamlMappingNode mapping }])
                return (null, ["The answer must be a mapping with the keys wrong, since and causes."]);
            root = mapping;
        }
        catch (YamlException e)
        {
            return (null, [$"The answer is no YAML: line {e.Start.Line}: {e.Message}"]);
        }

        var wrong = new List<string>(UnknownKeys(root, "", "wrong", "since", "causes"));
        var isWrong = TextOf(root, "wrong") switch
        {
            "yes" or "true" => true,
            "no" or "false" => false,
            _ => (bool?)null,
        };
        if (isWrong is null)
            wrong.Add("wrong: must be yes or no.");
        var since = TimeOf(TextOf(root, "since"), now);
        if (since is null && TextOf(root, "since") is not null)
            wrong.Add("since: must be a time such as 12:34:56, in UTC.");
        var causes = CausesOf(root, wrong);
        if (isWrong == false && causes.Count > 0)
            wrong.Add("causes: must be left out when nothing is wrong.");
        if (causes.Count > Answer.MostCauses)
            wrong.Add($"causes: must not hold more than {Answer.MostCauses}.");
        return wrong.Count > 0 ? (null, wrong) : (new(isWrong!.Value, since, causes), []);
    }

    private static List<AnsweredCause> CausesOf(YamlMappingNode root, List<string> wrong)
    {
        var causes = new List<AnsweredCause>();
        switch (Find(root, "causes"))
        {
            case null or YamlScalarNode { Value: null or "" or "~" or "null" }:
                break;
            case YamlSequenceNode list:
                foreach (var (node, index) in list.Children.Select((node, index) => (node, index)))
                {
                    if (node is not YamlMappingNode cause)
                        wrong.Add($"causes[{index}]: must be a mapping with the keys where, what and who.");
                    else if (CauseOf(cause, $"causes[{index}].", wrong) is { } read)
                        causes.Add(read);
                }

                break;
            default:
                wrong.Add("causes: must be a list.");
                break;
        }

        return causes;
    }

    private static AnsweredCause? CauseOf(YamlMappingNode cause, string at, List<string> wrong)
    {
        var before = wrong.Count;
        wrong.AddRange(UnknownKeys(cause, at, "where", "what", "who"));
        var (where, what) = (TextOf(cause, "where"), TextOf(cause, "what"));
        if (where is null || !ShopMap.Places.Contains(where))
            wrong.Add($"{at}where: '{where}' is no place of the list.");
        if (what is null || what == Mechanisms.None || !Mechanisms.All.Contains(what))
            wrong.Add($"{at}what: '{what}' is no mechanism of the list.");
        string[] who = TextOf(cause, "who")?.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];
        var needsTarget = who is [not (Scopes.All or Scopes.Nobody), ..];
        if (who.Length == 0 || !Scopes.Names.Contains(who[0]))
            wrong.Add($"{at}who: must begin with one of {string.Join(", ", Scopes.Names)}.");
        else if (needsTarget != (who.Length == 2))
            wrong.Add(needsTarget ? $"{at}who: must say which {who[0]}." : $"{at}who: '{who[0]}' has nothing behind it.");
        return wrong.Count > before ? null : new(where!, what!, who[0], who.ElementAtOrDefault(1));
    }

    private static DateTimeOffset? TimeOf(string? text, DateTimeOffset now)
    {
        if (TimeOnly.TryParseExact(text, ["HH:mm:ss", "HH:mm:ss.FFFFFFF", "HH:mm"], CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
        {
            var today = new DateTimeOffset(now.UtcDateTime.Date + time.ToTimeSpan(), TimeSpan.Zero);
            return today > now.AddHours(1) ? today.AddDays(-1) : today; // shortly after midnight it was yesterday
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
    }

    private static IEnumerable<string> UnknownKeys(YamlMappingNode mapping, string at, params string[] known) =>
        mapping.Children.Keys.Select(key => (key as YamlScalarNode)?.Value ?? "").Where(key => !known.Contains(key)).Select(key => $"{at}{key}: there is no such key.");

    private static YamlNode? Find(YamlMappingNode mapping, string key) =>
        mapping.Children.FirstOrDefault(child => (child.Key as YamlScalarNode)?.Value == key).Value;

    private static string? TextOf(YamlMappingNode mapping, string key) =>
        Find(mapping, key) is YamlScalarNode { Value: { } text } && text.Trim() is { Length: > 0 } trimmed && trimmed is not ("~" or "null") ? trimmed : null;
}
