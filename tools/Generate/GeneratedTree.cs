using System.Text.Json.Nodes;
using ECommerce.Generate.Dashboards;
using ECommerce.Generate.Gateway;
using ECommerce.Generate.Pages;
using ECommerce.Generate.PromQl;
using ECommerce.Generate.Telemetry;
using ECommerce.Hosting;
using ECommerce.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Generate;

/// <summary>The files of the repository that are generated from the code, from a running host and from other files.</summary>
internal static class GeneratedTree
{
    private const string Description = "docs/api/openapi.json";

    /// <summary>Makes all of them; writes none.</summary>
    /// <param name="shop">A running host with its usual settings.</param>
    /// <returns>The texts, by path from the root of the repository.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> MakeAsync(ShopFixture shop)
    {
        // The metrics of the pipeline are declared when the first command runs.
        await shop.GetAsync("/api/products?limit=1");
        var description = (await shop.GetAsync("/openapi/v1.json")).Text;
        var rounds = shop.Services.GetServices<PeriodicJob>().Select(round => round.Name);
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            [Description] = description,
            [TelemetryPage.Path] = TelemetryPage.Write(Declared.By(shop.Services), [.. rounds]),
        };
        foreach (var (file, text) in KrakendFile.MakeAll(JsonNode.Parse(description)!))
            files[file.Path] = text;
        foreach (var (uid, json) in DashboardJson.WriteAll(DashboardSource.All()))
            files[$"{DashboardQueries.Folder}/{uid}.json"] = json;
        var parts = new Dictionary<string, string>
        {
            ["settings"] = SettingsTables.Settings(shop.Services),
            ["otel"] = SettingsTables.OpenTelemetry(),
        };
        foreach (var (path, text) in MarkedParts.Make(parts))
            files[path] = text;
        return files;
    }

    /// <summary>The generated files that differ from those of the repository, each with the first line that does.</summary>
    public static IEnumerable<(string Path, string FirstLine)> Differences(IReadOnlyDictionary<string, string> made) =>
        from file in made
        let place = Path.Combine(Repository.Root, file.Key)
        let committed = File.Exists(place) ? File.ReadAllText(place) : ""
        where committed != file.Value
        select (file.Key, FirstDifference(committed.Split('\n'), file.Value.Split('\n')));

    private static string FirstDifference(string[] committed, string[] made)
    {
        var number = committed.Zip(made).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"line {number + 1}: {made.ElementAtOrDefault(number)}";
    }
}
