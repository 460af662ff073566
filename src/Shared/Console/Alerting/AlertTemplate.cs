using System.Globalization;
using System.Text.RegularExpressions;
using Observability.Console.PromQl;

namespace Observability.Console.Alerting;

/// <summary>
/// The part of Prometheus' templates that annotations and labels use: <c>{{ $labels.module }}</c>, <c>{{ $value }}</c> and a value that
/// <c>humanize</c>, <c>humanizePercentage</c> or <c>humanizeDuration</c> formats. Anything else stays as it is written.
/// </summary>
internal static partial class AlertTemplate
{
    private static readonly string[] Large = ["", "k", "M", "G", "T", "P", "E", "Z", "Y"];
    private static readonly string[] Small = ["", "m", "u", "n", "p", "f", "a", "z", "y"];

    public static string Expand(string text, LabelSet labels, double value) => Action().Replace(text, action =>
        action.Groups["label"] is { Success: true } label ? labels[label.Value] : action.Groups["format"].Value switch
        {
            "" => Number(value),
            "humanize" => Humanize(value),
            "humanizePercentage" => $"{Digits(value * 100)}%",
            "humanizeDuration" => Duration(value),
            _ => action.Value,
        });

    private static string Humanize(double value)
    {
        if (value == 0 || !double.IsFinite(value))
            return Digits(value);
        var prefix = 0;
        var isLarge = Math.Abs(value) >= 1;
        for (; prefix < Large.Length - 1 && (isLarge ? Math.Abs(value) >= 1000 : Math.Abs(value) < 1); prefix++)
            value *= isLarge ? 1 / 1000.0 : 1000;
        return Digits(value) + (isLarge ? Large : Small)[prefix];
    }

    private static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || Math.Abs(seconds) > TimeSpan.MaxValue.TotalSeconds / 2)
            return Digits(seconds);
        if (Math.Abs(seconds) < 1)
            return $"{Humanize(seconds)}s";
        var (sign, time) = (seconds < 0 ? "-" : "", TimeSpan.FromSeconds(Math.Abs(seconds)));
        if (time.Days > 0)
            return $"{sign}{time.Days}d {time.Hours}h {time.Minutes}m {time.Seconds}s";
        if (time.Hours > 0)
            return $"{sign}{time.Hours}h {time.Minutes}m {time.Seconds}s";
        return time.Minutes > 0 ? $"{sign}{time.Minutes}m {time.Seconds}s" : $"{Digits(seconds)}s";
    }

    // Four digits, as Go's %.4g.
    private static string Digits(double value)
    {
        if (!double.IsFinite(value))
            return Number(value);
        var text = value.ToString("G4", CultureInfo.InvariantCulture);
        return text.Contains('E', StringComparison.Ordinal) ? text.Replace("E", "e", StringComparison.Ordinal) : text;
    }

    private static string Number(double value) =>
        double.IsFinite(value) ? value.ToString("R", CultureInfo.InvariantCulture) : double.IsNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";

    [GeneratedRegex(@"\{\{-?\s*(?:\$labels\.(?<label>\w+)|\$value(?:\s*\|\s*(?<format>\w+))?)\s*-?\}\}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Action();
}
