using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Observability.Console.Settings;

namespace Observability.Console.Parts;

/// <summary>Addresses of other pages.</summary>
internal static class Links
{
    /// <summary>A page with parameters; null and empty ones are left out.</summary>
    public static string To(string page, params IEnumerable<(string Name, string? Value)> parameters) =>
        $"{ConsoleSettings.PagePath}/{page}{QueryOf(parameters)}";

    /// <summary>An address below the path of the API with parameters; null and empty ones are left out.</summary>
    public static string Api(string path, IEnumerable<(string Name, string? Value)> parameters) => $"{path}{QueryOf(parameters)}";

    /// <summary>The parameters of a time: the word of one that ends now, or both ends.</summary>
    public static IEnumerable<(string Name, string? Value)> TimeOf(TimeRange range) => range.IsLive
        ? [("range", range.Word)]
        : [("from", TimeRange.Text(range.From)), ("to", TimeRange.Text(range.To))];

    private static QueryString QueryOf(IEnumerable<(string Name, string? Value)> parameters) =>
        new QueryBuilder(parameters.Where(one => !string.IsNullOrEmpty(one.Value)).ToDictionary(one => one.Name, one => one.Value!)).ToQueryString();
}
