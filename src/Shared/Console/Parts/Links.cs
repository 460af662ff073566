using Microsoft.AspNetCore.Http.Extensions;
using Observability.Console.Settings;

namespace Observability.Console.Parts;

/// <summary>Addresses of other pages.</summary>
internal static class Links
{
    /// <summary>A page with parameters; null and empty ones are left out.</summary>
    public static string To(string page, params IEnumerable<(string Name, string? Value)> parameters) =>
        $"{ConsoleSettings.PagePath}/{page}" + new QueryBuilder(parameters.Where(one => !string.IsNullOrEmpty(one.Value)).ToDictionary(one => one.Name, one => one.Value!)).ToQueryString();

    /// <summary>The parameters of a time: the word of one that ends now, or both ends.</summary>
    public static IEnumerable<(string Name, string? Value)> TimeOf(TimeRange range) => range.IsLive
        ? [("range", range.Word)]
        : [("from", TimeRange.Text(range.From)), ("to", TimeRange.Text(range.To))];
}
