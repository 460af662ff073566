using System.Text;
using System.Text.Json.Nodes;
using ECommerce.Generate.PromQl;

namespace ECommerce.Generate.Dashboards;

/// <summary>Makes the JSON of one panel.</summary>
internal static class PanelJson
{
    public static JsonObject Prometheus() => new() { ["type"] = "prometheus", ["uid"] = "prometheus" };

    public static JsonObject Text(string markdown, JsonObject position) => new()
    {
        ["id"] = 1,
        ["type"] = "text",
        ["title"] = "",
        ["transparent"] = true,
        ["gridPos"] = position,
        ["options"] = new JsonObject { ["mode"] = "markdown", ["content"] = markdown },
    };

    public static JsonObject Row(string title, JsonObject position) => new()
    {
        ["id"] = IdOf($"row {title}"),
        ["type"] = "row",
        ["title"] = title,
        ["collapsed"] = false,
        ["gridPos"] = position,
        ["panels"] = new JsonArray(),
    };

    public static JsonObject Of(DashboardSource.Panel panel, JsonObject position, IReadOnlyDictionary<string, string> titles)
    {
        JsonObject json = new()
        {
            ["id"] = IdOf(panel.Title),
            ["type"] = panel.Type,
            ["title"] = panel.Title,
            ["description"] = panel.Empty is null ? panel.Description.Trim() : $"{panel.Description.Trim()} {panel.Empty.Trim()}",
            ["datasource"] = Prometheus(),
            ["gridPos"] = position,
            ["fieldConfig"] = FieldConfig.Of(panel),
            ["options"] = PanelOptions.Of(panel),
            ["targets"] = new JsonArray([.. panel.Queries.Select((query, i) => Target(panel, query, RefId(i)))]),
        };
        if (panel.Type == "table")
            json["transformations"] = Columns(panel);
        if (panel.See is { } uid)
            json["links"] = new JsonArray(new JsonObject { ["title"] = titles.GetValueOrDefault(uid, uid), ["url"] = $"/d/{uid}?${{__url_time_range}}&${{__all_variables}}", ["targetBlank"] = false });
        return json;
    }

    /// <summary>How Grafana calls a query.</summary>
    public static string RefId(int index) => ((char)('A' + index)).ToString();

    // From its title, so that a panel keeps its id, and links to it hold, whatever is put before it.
    private static int IdOf(string title)
    {
        var hash = 2166136261;
        foreach (var part in Encoding.UTF8.GetBytes(title))
            hash = unchecked((hash ^ part) * 16777619);
        return (int)(hash % 99_990) + 10;
    }

    private static JsonObject Target(DashboardSource.Panel panel, DashboardSource.Query query, string refId)
    {
        // One number is asked once; a line, and the small line behind a number, is asked over time.
        var isInstant = panel.Type is "table" or "bargauge" || DashboardQueries.VariablesIn(query.Expr).Any(name => name is "__range" or "__range_s");
        JsonObject target = new()
        {
            ["refId"] = refId,
            ["datasource"] = Prometheus(),
            ["editorMode"] = "code",
            ["expr"] = InstanceVariable.Filter(query.Expr.Trim()),
            ["instant"] = isInstant,
            ["range"] = !isInstant,
            ["legendFormat"] = panel.Type is "table" ? "" : panel.Type is "heatmap" ? "{{le}}" : query.Name,
            ["format"] = panel.Type switch { "table" => "table", "heatmap" => "heatmap", _ => "time_series" },
        };
        if (panel.Type is "timeseries" or "heatmap")
            target["exemplar"] = panel.Exemplars ?? query.Expr.Contains("_bucket", StringComparison.Ordinal);
        return target;
    }

    // One line for each set of labels, one column for each query.
    private static JsonArray Columns(DashboardSource.Panel panel) =>
    [
        new JsonObject { ["id"] = "merge", ["options"] = new JsonObject() },
        new JsonObject
        {
            ["id"] = "organize",
            ["options"] = new JsonObject
            {
                ["excludeByName"] = new JsonObject { ["Time"] = true },
                ["indexByName"] = new JsonObject(),
                ["renameByName"] = new JsonObject([.. panel.Queries.Select((query, i) => KeyValuePair.Create(FieldConfig.ColumnOf(panel, i), (JsonNode?)query.Name))]),
            },
        },
    ];
}
