using System.Text.Json.Nodes;

namespace ECommerce.Generate.Dashboards;

/// <summary>Units, colours and lines of a panel.</summary>
internal static class FieldConfig
{
    public static JsonObject Of(DashboardSource.Panel panel)
    {
        JsonObject defaults = new()
        {
            ["unit"] = panel.Unit,
            ["color"] = new JsonObject { ["mode"] = IsColouredByValue(panel) ? "thresholds" : "palette-classic" },
            ["thresholds"] = new JsonObject { ["mode"] = "absolute", ["steps"] = Steps(panel) },
            ["mappings"] = Words(panel),
            ["custom"] = Custom(panel),
        };
        if (panel.Min is { } min)
            defaults["min"] = min;
        if (panel.Max is { } max)
            defaults["max"] = max;
        return new() { ["defaults"] = defaults, ["overrides"] = Overrides(panel) };
    }

    /// <summary>How Grafana calls the value of a query in a table.</summary>
    public static string ColumnOf(DashboardSource.Panel panel, int index) => panel.Queries.Count == 1 ? "Value" : $"Value #{PanelJson.RefId(index)}";

    private static bool IsColouredByValue(DashboardSource.Panel panel) => panel.Type is not "timeseries";

    private static JsonArray Steps(DashboardSource.Panel panel)
    {
        var steps = panel.Thresholds.OrderBy(step => step.Value ?? double.NegativeInfinity).ToList();
        if (!panel.Thresholds.Values.Contains(null))
            steps.Insert(0, new(panel.Type is "bargauge" or "table" or "stat" && steps.Count == 0 ? "blue" : "green", null));
        return [.. steps.Select(step => new JsonObject { ["color"] = step.Key, ["value"] = step.Value })];
    }

    private static JsonArray Words(DashboardSource.Panel panel)
    {
        if (panel.Words.Count == 0)
            return [];
        JsonObject options = [];
        foreach (var (value, meaning) in panel.Words)
        {
            var (word, color) = (meaning[..meaning.LastIndexOf(' ')], meaning[(meaning.LastIndexOf(' ') + 1)..]);
            options[value] = new JsonObject { ["text"] = word, ["color"] = color, ["index"] = options.Count };
        }
        return [new JsonObject { ["type"] = "value", ["options"] = options }];
    }

    private static JsonObject Custom(DashboardSource.Panel panel) => panel.Type switch
    {
        "timeseries" => new()
        {
            ["drawStyle"] = "line",
            ["lineWidth"] = 1,
            ["fillOpacity"] = panel.Stack ? 40 : 8,
            ["showPoints"] = "never",
            // A scrape or two may be missed; a longer gap is news.
            ["spanNulls"] = TimeSpan.FromMinutes(1).TotalMilliseconds,
            ["stacking"] = new JsonObject { ["mode"] = panel.Stack ? "normal" : "none", ["group"] = "A" },
            ["scaleDistribution"] = panel.Log ? new JsonObject { ["type"] = "log", ["log"] = 10 } : new JsonObject { ["type"] = "linear" },
            ["thresholdsStyle"] = new JsonObject { ["mode"] = panel.Thresholds.Count > 0 ? "dashed" : "off" },
        },
        "state-timeline" => new() { ["fillOpacity"] = 80, ["lineWidth"] = 0 },
        "table" => new() { ["align"] = "auto", ["cellOptions"] = new JsonObject { ["type"] = "auto" }, ["filterable"] = false },
        _ => [],
    };

    // In a table each column has a unit of its own, and thresholds colour the columns that have the panel's.
    private static JsonArray Overrides(DashboardSource.Panel panel) => panel.Type is not "table" ? [] :
    [
        .. panel.Queries.Select(query => new JsonObject
        {
            ["matcher"] = new JsonObject { ["id"] = "byName", ["options"] = query.Name },
            ["properties"] = new JsonArray(
            [
                new JsonObject { ["id"] = "unit", ["value"] = query.Unit ?? panel.Unit },
                .. panel.Thresholds.Count > 0 && (query.Unit ?? panel.Unit) == panel.Unit
                    ? [new JsonObject { ["id"] = "custom.cellOptions", ["value"] = new JsonObject { ["type"] = "color-text" } }]
                    : Array.Empty<JsonNode>(),
            ]),
        }),
    ];
}
