using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Observability.Console.Settings;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Observability.Console.Tests.Alerting;

/// <summary>The repository's rules, and the cases for promtool that say when they fire.</summary>
internal static partial class RuleCases
{
    private static readonly IDeserializer Yaml = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).IgnoreUnmatchedProperties().Build();

    public sealed class File
    {
        public List<string> RuleFiles { get; set; } = [];

        public string EvaluationInterval { get; set; } = "";

        public List<Case> Tests { get; set; } = [];
    }

    public sealed class Case
    {
        public string Name { get; set; } = "";

        public string Interval { get; set; } = "";

        public List<InputSeries> InputSeries { get; set; } = [];

        public List<AlertLook> AlertRuleTest { get; set; } = [];

        public List<ExpressionLook> PromqlExprTest { get; set; } = [];
    }

    public sealed class InputSeries
    {
        public string Series { get; set; } = "";

        public string Values { get; set; } = "";
    }

    public sealed class AlertLook
    {
        public string EvalTime { get; set; } = "";

        public string Alertname { get; set; } = "";

        public List<ExpectedAlert> ExpAlerts { get; set; } = [];
    }

    public sealed class ExpectedAlert
    {
        public Dictionary<string, string> ExpLabels { get; set; } = [];

        public Dictionary<string, string> ExpAnnotations { get; set; } = [];
    }

    public sealed class ExpressionLook
    {
        public string Expr { get; set; } = "";

        public string EvalTime { get; set; } = "";

        public List<ExpectedSample> ExpSamples { get; set; } = [];
    }

    public sealed class ExpectedSample
    {
        public string Labels { get; set; } = "";

        public double Value { get; set; }
    }

    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "..", "..", ".."));

    public static IEnumerable<(string File, File Content)> All() =>
        Directory.EnumerateFiles(Path.Combine(Root, "deploy/prometheus/rules/tests"), "*.test.yml").Order(StringComparer.Ordinal)
            .Select(path => (Path.GetFileName(path), Yaml.Deserialize<File>(System.IO.File.ReadAllText(path))));

    /// <summary>The settings with some of the repository's rule files, or all.</summary>
    public static ConsoleSettings Settings(params IEnumerable<string> files)
    {
        var settings = new ConsoleSettings();
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Root, "deploy/prometheus/rules"), "*.yml"))
        {
            if (!files.Any() || files.Any(file => Path.GetFileName(file) == Path.GetFileName(path)))
                settings.RuleFiles.Add(Path.GetFileName(path), System.IO.File.ReadAllText(path));
        }
        return settings;
    }

    /// <summary>The values of promtool's notation: <c>1+2x3</c> is 1, 3, 5, 7, and <c>_</c> no sample.</summary>
    public static IEnumerable<double?> Values(string notation)
    {
        foreach (var word in notation.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var match = Notation().Match(word);
            match.Success.ShouldBeTrue(word);
            var times = match.Groups["times"] is { Success: true } count ? int.Parse(count.ValueSpan, CultureInfo.InvariantCulture) : 0;
            if (match.Groups["gap"].Success)
            {
                for (var i = 0; i < Math.Max(1, times); i++)
                    yield return null;
                continue;
            }
            var step = match.Groups["step"] is { Success: true } written ? double.Parse(written.ValueSpan, CultureInfo.InvariantCulture) : 0;
            for (var i = 0; i <= times; i++)
                yield return double.Parse(match.Groups["start"].ValueSpan, CultureInfo.InvariantCulture) + (i * step);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex(@"^(?:(?<gap>_)|(?<start>-?[\d.]+(?:e[-+]?\d+)?)(?<step>[-+][\d.]+)?)(?:x(?<times>\d+))?$", RegexOptions.ExplicitCapture)]
    private static partial Regex Notation();
}
