using System.Diagnostics;
using System.Text.RegularExpressions;
using Observability.Tracing;

namespace ECommerce.Signals.Tests.Registry;

/// <summary>A declared kind of span, and whether a span that was seen is of it.</summary>
internal sealed class SpanPattern(SpanDescriptor shape, IReadOnlyList<string> rounds)
{
    private readonly Regex _name = new($"^{Regex.Escape(shape.Name).Replace(@"\{", "{", StringComparison.Ordinal)
        .Replace("{method}\\ {route}", @"[A-Z]+( /\S*)?", StringComparison.Ordinal)
        .Replace("{operation}\\ {table}", @"[A-Z]+( [a-z_]+\.[a-z_]+)?", StringComparison.Ordinal)
        .Replace("{command}", "[A-Z][A-Za-z]+", StringComparison.Ordinal)
        .Replace("{event}", "[A-Z][A-Za-z]+", StringComparison.Ordinal)
        .Replace("{module}", "[a-z]+", StringComparison.Ordinal)
        .Replace("{round}", $"({string.Join('|', rounds.Select(Regex.Escape))})", StringComparison.Ordinal)}$");

    public SpanDescriptor Descriptor => shape;

    public bool Fits(Activity span) => span.Kind == shape.Kind && _name.IsMatch(span.DisplayName);

    /// <summary>What it has and should not, or has not and should; empty when it is as declared.</summary>
    public IEnumerable<string> Deviations(Activity span)
    {
        string[] has = [.. span.TagObjects.Select(tag => tag.Key)];
        return [
            .. shape.Always.Except(has).Select(missing => $"{span.DisplayName} lacks {missing}"),
            .. has.Where(name => !shape.Always.Contains(name) && !shape.Sometimes.Any(known => Covers(known, name))).Select(extra => $"{span.DisplayName} has {extra}"),
            .. span.Events.Where(one => !IsHeldBack(span, one)).Select(one => $"{span.DisplayName} has an event {one.Name}"),
            .. shape.LinksTo is null && span.Links.Any() ? [$"{span.DisplayName} has a link"] : Array.Empty<string>(),
        ];
    }

    // The driver makes an event of an exception, which is told by a log record here; the export holds it back.
    private static bool IsHeldBack(Activity span, ActivityEvent one) => span.Source.Name == "Npgsql" && one.Name == "exception";

    public static bool Covers(string declared, string name) =>
        Regex.IsMatch(name, $"^{Regex.Escape(declared).Replace(@"\*", "[a-z_.]+", StringComparison.Ordinal)}$");
}
