using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Observability.Console.Alerting;

/// <summary>A file of rules in Prometheus' form. https://prometheus.io/docs/prometheus/latest/configuration/recording_rules</summary>
internal sealed class RuleFile
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).IgnoreUnmatchedProperties().Build();

    public List<RuleGroup> Groups { get; set; } = [];

    /// <exception cref="FormatException">The text is no such file.</exception>
    public static RuleFile Read(string name, string text)
    {
        try
        {
            return Yaml.Deserialize<RuleFile?>(text) ?? new();
        }
        catch (YamlException e)
        {
            throw new FormatException($"The rule file {name} cannot be read: {e.Message}", e);
        }
    }
}

internal sealed class RuleGroup
{
    public string Name { get; set; } = "";

    /// <summary>How often the group is evaluated, where not as often as all.</summary>
    public string? Interval { get; set; }

    public List<RuleText> Rules { get; set; } = [];
}

/// <summary>A rule as it is written: a recording rule has <see cref="Record"/>, an alerting rule <see cref="Alert"/>.</summary>
internal sealed class RuleText
{
    public string? Record { get; set; }

    public string? Alert { get; set; }

    public string Expr { get; set; } = "";

    public string? For { get; set; }

    public Dictionary<string, string> Labels { get; set; } = [];

    public Dictionary<string, string> Annotations { get; set; } = [];
}
