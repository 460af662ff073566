using System.Text.Json.Nodes;

namespace ECommerce.Generate.Dashboards;

/// <summary>What is drawn over the time of every panel: whether trouble came with a release, and what fired meanwhile.</summary>
internal static class Annotations
{
    public static JsonArray All() =>
    [
        // The value is the moment itself, so that no zoom misses it.
        Annotation("Starts", "blue", InstanceVariable.Filter("""process_start_time_seconds{job="ecommerce"} * on (instance, job) group_left (version, commit) build_info * 1000"""),
            "The shop started", "Version {{version}}, commit {{commit}}", valueIsTime: true),
        Annotation("Alerts", "red", """ALERTS{alertstate="firing"}""", "{{alertname}}", "{{severity}} {{module}}", valueIsTime: false),
    ];

    private static JsonObject Annotation(string name, string color, string expr, string title, string text, bool valueIsTime) => new()
    {
        ["name"] = name,
        ["datasource"] = PanelJson.Prometheus(),
        ["enable"] = true,
        ["hide"] = false,
        ["iconColor"] = color,
        ["expr"] = expr,
        ["step"] = "60s",
        ["titleFormat"] = title,
        ["textFormat"] = text,
        ["tagKeys"] = "",
        ["useValueForTime"] = valueIsTime,
        // The same again for a datasource that is asked through its query editor.
        ["target"] = new JsonObject { ["refId"] = "Anno", ["expr"] = expr, ["interval"] = "60s", ["range"] = true, ["instant"] = false, ["datasource"] = PanelJson.Prometheus() },
    };
}
