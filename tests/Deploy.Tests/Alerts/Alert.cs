using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Alerts;

/// <summary>An alert, as Prometheus's rules have it.</summary>
internal sealed partial record Alert(string Name, string Expression, JsonObject Labels, JsonObject Annotations)
{
    /// <summary>The module that the rule names; null where the expression's own label does.</summary>
    public string? Module => Labels["module"]?.GetValue<string>();

    public string? Severity => Labels["severity"]?.GetValue<string>();

    /// <summary>Where its runbook is: its name in kebab case.</summary>
    public string Runbook => $"{Runbooks.Runbook.Folder}/{Hump().Replace(Name, "-").ToLowerInvariant()}.md";

    public static IReadOnlyList<Alert> All() =>
    [
        .. from file in DeployFile.In("deploy/prometheus/rules", "*.yml")
           from rules in file.Read()["groups"]!.AsArray()
           from rule in rules!["rules"]!.AsArray()
           where rule!["alert"] is not null
           select new Alert(rule["alert"]!.GetValue<string>(), rule["expr"]!.GetValue<string>(), rule["labels"]!.AsObject(), rule["annotations"]!.AsObject()),
    ];

    public string? Annotation(string name) => Annotations[name]?.GetValue<string>();

    public override string ToString() => Name;

    [GeneratedRegex("(?<=[a-z0-9])(?=[A-Z])")]
    private static partial Regex Hump();
}
