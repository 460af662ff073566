using System.Text.Json.Nodes;

namespace ECommerce.Generate.Dashboards;

/// <summary>What a kind of panel has besides its fields.</summary>
internal static class PanelOptions
{
    public static JsonObject Of(DashboardSource.Panel panel) => panel.Type switch
    {
        "timeseries" => new()
        {
            ["legend"] = Legend(panel),
            ["tooltip"] = new JsonObject { ["mode"] = "multi", ["sort"] = "desc" },
        },
        "stat" => new()
        {
            ["reduceOptions"] = Last(),
            ["colorMode"] = panel.Words.Count > 0 ? "background" : "value",
            ["graphMode"] = panel.Words.Count > 0 ? "none" : "area",
            ["textMode"] = panel.Queries.Count > 1 || panel.Queries[0].Name is not null ? "value_and_name" : "value",
            ["justifyMode"] = "auto",
            ["orientation"] = "auto",
            ["wideLayout"] = true,
        },
        "bargauge" => new()
        {
            ["reduceOptions"] = Last(),
            ["displayMode"] = "basic",
            ["orientation"] = "horizontal",
            ["valueMode"] = "color",
            ["namePlacement"] = "auto",
            ["showUnfilled"] = true,
            ["sizing"] = "auto",
            ["minVizHeight"] = 16,
            ["minVizWidth"] = 8,
            ["maxVizHeight"] = 40,
        },
        "table" => new()
        {
            ["showHeader"] = true,
            ["cellHeight"] = "sm",
            ["sortBy"] = new JsonArray(new JsonObject { ["displayName"] = panel.Queries[0].Name, ["desc"] = true }),
        },
        "heatmap" => new()
        {
            ["calculate"] = false,
            ["cellGap"] = 1,
            ["color"] = new JsonObject { ["mode"] = "scheme", ["scheme"] = "Oranges", ["exponent"] = 0.5, ["steps"] = 64, ["reverse"] = false, ["fill"] = "dark-orange" },
            ["exemplars"] = new JsonObject { ["color"] = "rgba(255,0,255,0.7)" },
            ["filterValues"] = new JsonObject { ["le"] = 1e-9 },
            ["legend"] = new JsonObject { ["show"] = true },
            ["rowsFrame"] = new JsonObject { ["layout"] = "auto" },
            ["showValue"] = "never",
            ["tooltip"] = new JsonObject { ["mode"] = "single", ["showColorScale"] = false, ["yHistogram"] = false },
            ["yAxis"] = new JsonObject { ["axisPlacement"] = "left", ["reverse"] = false, ["unit"] = panel.Unit },
        },
        "state-timeline" => new()
        {
            ["alignValue"] = "left",
            ["mergeValues"] = true,
            ["rowHeight"] = 0.8,
            ["showValue"] = "never",
            ["legend"] = Legend(panel),
            ["tooltip"] = new JsonObject { ["mode"] = "single", ["sort"] = "none" },
        },
        var type => throw new FormatException($"'{panel.Title}' is of type {type}, which is none of ours."),
    };

    private static JsonObject Last() => new() { ["calcs"] = new JsonArray("lastNotNull"), ["fields"] = "", ["values"] = false };

    private static JsonObject Legend(DashboardSource.Panel panel) => new()
    {
        ["showLegend"] = panel.Legend is not "hidden",
        ["displayMode"] = panel.Legend is "table" ? "table" : "list",
        ["placement"] = panel.Legend is "table" ? "right" : "bottom",
        ["calcs"] = panel.Legend is "table" ? new JsonArray("mean", "max") : [],
    };
}
