using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.Signals.Tests.Redaction;

/// <summary>Words that occur nowhere else, and the place where each was planted.</summary>
internal sealed partial class Secrets
{
    public const string Path = "path";

    private readonly List<string> _places = [];
    private readonly List<(string Text, string Place)> _real = [];

    public int Count => _places.Count;

    /// <summary>A new word: lower-case letters and digits, long enough for a password.</summary>
    public string Plant(string place)
    {
        lock (_places)
        {
            _places.Add(place);
            return $"zq{_places.Count - 1:x4}zq";
        }
    }

    /// <summary>A secret that the shop knows by itself.</summary>
    public void Guard(string text, string place) => _real.Add((text, place));

    /// <summary>Where the secrets in a text were planted.</summary>
    public IEnumerable<string> In(string text) => Word().Matches(text)
        .Select(match => _places[int.Parse(match.Groups["number"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)])
        .Concat(_real.Where(real => text.Contains(real.Text, StringComparison.OrdinalIgnoreCase)).Select(real => real.Place))
        .Distinct();

    /// <summary>
    /// What a span gives away, with the attribute. The path that somebody asked for is what it is, and is in <c>url.path</c> only.
    /// Baggage is passed on, as the caller wants it to be, and is not exported.
    /// </summary>
    public IEnumerable<string> In(Activity span)
    {
        var said = span.TagObjects
            .Concat(span.Events.SelectMany(happened => happened.Tags.Append(new("event", happened.Name))))
            .Concat(span.Links.SelectMany(link => link.Tags ?? []))
            .Append(new("name", span.DisplayName))
            .Append(new("operation", span.OperationName))
            .Append(new("status", span.StatusDescription));
        return from attribute in said
               from place in In($"{attribute.Key} {attribute.Value}")
               where attribute.Key != "url.path" || !place.StartsWith(Path, StringComparison.Ordinal)
               select $"{span.DisplayName}, {attribute.Key}: {place}";
    }

    [GeneratedRegex("zq(?<number>[0-9a-f]{4,})zq", RegexOptions.IgnoreCase)]
    private static partial Regex Word();
}
