using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ECommerce.Generate.Dashboards;

/// <summary>Makes Grafana's classic JSON of a source: layout, ids, and all that the panels have in common.</summary>
internal static class DashboardJson
{
    // Grafana 12.3 wrote this version; a later one migrates it while it loads.
    private const int SchemaVersion = 42;
    private const int Columns = 24;
    private const int IntroHeight = 3;

    /// <summary>Marks the dashboards of this project, so that each can list the others.</summary>
    public const string Tag = "ecommerce";

    private static readonly JsonSerializerOptions Format = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Every dashboard, as the text of its file.</summary>
    public static IEnumerable<(string Uid, string Json)> WriteAll(IEnumerable<(string Uid, DashboardSource Source)> sources)
    {
        var all = sources.ToList();
        var titles = all.ToDictionary(dashboard => dashboard.Uid, dashboard => dashboard.Source.Title);
        return all.Select(dashboard => (dashboard.Uid, Write(dashboard.Uid, dashboard.Source, titles)));
    }

    // Links are called by the titles of what they lead to.
    private static string Write(string uid, DashboardSource source, IReadOnlyDictionary<string, string> titles) => new JsonObject
    {
        ["uid"] = uid,
        ["title"] = source.Title,
        ["description"] = source.Intro.Trim(),
        ["tags"] = new JsonArray(Tag),
        ["schemaVersion"] = SchemaVersion,
        ["version"] = 1,
        ["editable"] = false,
        ["graphTooltip"] = 1,
        ["timezone"] = "browser",
        ["time"] = new JsonObject { ["from"] = source.From, ["to"] = "now" },
        ["timepicker"] = new JsonObject(),
        ["refresh"] = "30s",
        ["fiscalYearStartMonth"] = 0,
        ["liveNow"] = false,
        ["links"] = new JsonArray(
        [
            .. source.See.Select(to => Link(titles.GetValueOrDefault(to, to), $"/d/{to}")),
            new JsonObject
            {
                ["type"] = "dashboards", ["title"] = "All dashboards", ["tags"] = new JsonArray(Tag), ["asDropdown"] = true,
                ["icon"] = "external link", ["includeVars"] = true, ["keepTime"] = true, ["targetBlank"] = false, ["tooltip"] = "", ["url"] = "",
            },
        ]),
        ["annotations"] = new JsonObject { ["list"] = Annotations.All() },
        ["templating"] = new JsonObject { ["list"] = new JsonArray([.. source.Variables.Append(InstanceVariable.Declaration).Select(variable => Variable(variable.Key, variable.Value))]) },
        ["panels"] = new JsonArray([.. Panels(source, titles)]),
    }.ToJsonString(Format) + "\n";

    private static JsonObject Link(string title, string url) => new()
    {
        ["type"] = "link",
        ["title"] = title,
        ["url"] = url,
        ["icon"] = "dashboard",
        ["tags"] = new JsonArray(),
        ["asDropdown"] = false,
        ["includeVars"] = true,
        ["keepTime"] = true,
        ["targetBlank"] = false,
        ["tooltip"] = "",
    };

    // All is any value at all, also of a module that the list does not know: what overflows must not vanish.
    private static JsonObject Variable(string name, string values)
    {
        var isQuery = values.StartsWith("label_values(", StringComparison.Ordinal);
        JsonObject variable = new()
        {
            ["name"] = name,
            ["label"] = name,
            ["type"] = isQuery ? "query" : "custom",
            ["multi"] = true,
            ["includeAll"] = true,
            ["allValue"] = ".+",
            ["hide"] = 0,
            ["skipUrlSync"] = false,
            ["current"] = new JsonObject { ["selected"] = true, ["text"] = new JsonArray("All"), ["value"] = new JsonArray("$__all") },
            ["query"] = isQuery ? new JsonObject { ["qryType"] = 1, ["query"] = values, ["refId"] = "PrometheusVariableQueryEditor-VariableQuery" } : values,
            ["options"] = new JsonArray(),
        };
        if (isQuery)
        {
            variable["datasource"] = PanelJson.Prometheus();
            variable["definition"] = values;
            variable["refresh"] = 2; // when the time range changes: routes come and go
            variable["sort"] = 1;
            variable["regex"] = "";
        }
        return variable;
    }

    private static IEnumerable<JsonObject> Panels(DashboardSource source, IReadOnlyDictionary<string, string> titles)
    {
        yield return PanelJson.Text(source.Intro.Trim(), At(0, 0, Columns, IntroHeight));
        var y = IntroHeight;
        foreach (var row in source.Rows)
        {
            yield return PanelJson.Row(row.Title, At(0, y++, Columns, 1));
            var (x, height) = (0, 0);
            foreach (var panel in row.Panels)
            {
                var width = panel.Width ?? Columns / row.Panels.Count;
                if (x + width > Columns)
                    (x, y, height) = (0, y + height, 0);
                var own = panel.Height ?? (panel.Type == "stat" ? 4 : 8);
                yield return PanelJson.Of(panel, At(x, y, width, own), titles);
                (x, height) = (x + width, Math.Max(height, own));
            }
            y += height;
        }
    }

    private static JsonObject At(int x, int y, int width, int height) => new() { ["x"] = x, ["y"] = y, ["w"] = width, ["h"] = height };
}
