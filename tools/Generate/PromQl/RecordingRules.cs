namespace ECommerce.Generate.PromQl;

/// <summary>The series that Prometheus makes of others.</summary>
internal static class RecordingRules
{
    private const string Folder = "deploy/prometheus/rules";

    public static IReadOnlyList<string> Names() =>
    [
        .. from file in DeployFile.In(Folder, "*.yml")
           from rules in file.Read()["groups"]!.AsArray()
           from rule in rules!["rules"]!.AsArray()
           where rule!["record"] is not null
           select rule["record"]!.GetValue<string>(),
    ];

    /// <summary>The labels of a rule's series: what stands before the first colon says them, and what has no colon is spelled as in the specification.</summary>
    public static string[] LabelsOf(string name) => name.Split(':') switch
    {
        ["module", ..] => ["module"],
        ["module_le", ..] => ["module", "le"],
        [_, _, ..] => [],
        _ => ["service", "method", "path", "status"],
    };
}
