using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Runbooks;

/// <summary>What docs/telemetry.md says of log lines and spans; <c>make generate</c> makes it from the code, and tests/Signals.Tests holds it against a running host.</summary>
internal static partial class TelemetryPage
{
    // These have places of their own in OTLP.
    private static readonly string[] NoAttributes = ["timestamp", "level", "message", "category"];

    private static readonly string Text = new DeployFile("docs/telemetry.md").Text;

    /// <summary>The names of log lines.</summary>
    public static IReadOnlySet<string> Events { get; } = Rows("Log lines").Select(row => Codes(row[0]).Single()).ToHashSet();

    /// <summary>What a line of JSON can have.</summary>
    public static IReadOnlySet<string> Fields { get; } =
        Rows("Log lines").SelectMany(row => Codes(row[3])).Concat(Codes(AnyLine().Match(Text).Groups["fields"].Value)).ToHashSet();

    /// <summary>What Loki can be asked for: a dot or a dash in an attribute's name has become an underscore there.</summary>
    public static IReadOnlySet<string> LokiFields { get; } = Fields.Except(NoAttributes).Select(field => field.Replace('.', '_')).ToHashSet();

    /// <summary>The attributes of spans.</summary>
    public static IReadOnlySet<string> Attributes { get; } = Rows("Spans").SelectMany(row => Codes(row[3]).Concat(Codes(row[4]))).ToHashSet();

    /// <summary>The names of rounds, which are names of spans and of log lines, too.</summary>
    public static IReadOnlySet<string> PeriodicJobs { get; } = Codes(RoundsLine().Match(Text).Value).ToHashSet();

    /// <summary>Spans whose names hold nothing that varies.</summary>
    public static IReadOnlySet<string> Spans { get; } = Rows("Spans").Select(row => Codes(row[0]).Single())
        .Where(name => !name.Contains('{', StringComparison.Ordinal)).Concat(PeriodicJobs).ToHashSet();

    private static IEnumerable<string[]> Rows(string heading) =>
        Text.Split($"\n## {heading}\n")[1].Split("\n## ")[0].Split('\n')
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|')[1..^1]);

    private static IEnumerable<string> Codes(string text) => Code().Matches(text).Select(code => code.Groups["text"].Value);

    [GeneratedRegex("`(?<text>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Code();

    [GeneratedRegex("Any line may have (?<fields>[^;]*);", RegexOptions.ExplicitCapture)]
    private static partial Regex AnyLine();

    [GeneratedRegex("^The rounds are: .*$", RegexOptions.Multiline)]
    private static partial Regex RoundsLine();
}
