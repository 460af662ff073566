using Observability.Console.Queries;
using Observability.Console.Sampling;

namespace Observability.Console.Api;

/// <summary>The parameters of a question about a metric family.</summary>
internal static class MetricParameters
{
    private const int MostTexts = 16;
    private const int LongestText = 2000;
    private const int MostSkipped = 1_000_000;

    private static readonly string[] Operators = ["=~", "!~", "!=", "="];

    public static MetricQuestion Metric(this QueryReader reader, MetricFamilyInfo family, DateTimeOffset now, TimeSpan usual)
    {
        var to = reader.Time("to", now.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond;
        var from = reader.Time("from", Math.Max(0, (to * TimeSpan.TicksPerMillisecond) - usual.Ticks)) / TimeSpan.TicksPerMillisecond;
        if (from >= to)
            reader.Refuse("from", "Must be before to.");
        var step = (long)(reader.Span("step")?.TotalMilliseconds ?? MetricQuestion.StepFor(from, to));
        if (step < MetricQuestion.LeastStep)
            reader.Refuse("step", "Must be at least 1s.");
        else if ((to - from) / step > MetricQuestion.MostPoints)
            reader.Refuse("step", $"Must be so that there are at most {MetricQuestion.MostPoints} points.");
        return new(family.Name, Value(reader, family), from, to, Math.Max(MetricQuestion.LeastStep, step))
        {
            Conditions = Conditions(reader),
            By = Labels(reader),
            Window = Window(reader, step),
        };
    }

    /// <summary>How many series the pages before had.</summary>
    public static int Skip(this QueryReader reader)
    {
        if (reader.Text("cursor") is not { } text)
            return 0;
        if (text.Length <= Cursor.MostCharacters && Cursor.TryReadSequence(text, out var skip) && skip <= MostSkipped)
            return (int)skip;
        reader.Refuse("cursor", "Must be the cursor of an answer of this endpoint.");
        return 0;
    }

    private static MetricValue Value(QueryReader reader, MetricFamilyInfo family)
    {
        // What each type of family is looked at for.
        var text = reader.Text("value") ?? (family.Type is "counter" or "histogram" or "summary" ? "rate" : "raw");
        var value = Array.Find(MetricValue.Named, one => one.Name == text);
        if (value.Name is null)
            reader.Refuse("value", $"Must be one of {string.Join(", ", MetricValue.Named.Select(one => one.Name))}.");
        else if (value.Value.Quantile is not null && family.Type != "histogram")
            reader.Refuse("value", $"Must be raw or rate: {family.Name} is no histogram.");
        return value.Value;
    }

    private static long Window(QueryReader reader, long step)
    {
        var window = (long)(reader.Span("window")?.TotalMilliseconds ?? step);
        if (window > TimeSpan.MillisecondsPerDay || (step > 0 && window / step > MetricQuestion.MostPoints))
            reader.Refuse("window", $"Must be at most 24h, and {MetricQuestion.MostPoints} steps.");
        return window;
    }

    private static List<LabelCondition> Conditions(QueryReader reader)
    {
        List<LabelCondition> conditions = [];
        foreach (var part in Parts(reader, "match"))
        {
            var place = part.AsSpan().IndexOfAny('=', '!');
            var sign = place <= 0 ? null : Operators.FirstOrDefault(one => part.AsSpan(place).StartsWith(one, StringComparison.Ordinal));
            if (sign is null)
            {
                reader.Refuse("match", "Must be label=value, label!=value, label=~pattern or label!~pattern, several separated by commas.");
                return [];
            }
            conditions.Add(new(part[..place].Trim(), sign, part[(place + sign.Length)..].Trim('"')));
        }
        try
        {
            LabelMatching.Of(conditions);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            reader.Refuse("match", e.Message);
        }
        return conditions;
    }

    private static string[]? Labels(QueryReader reader) => reader.Text("by") is null ? null : [.. Parts(reader, "by")];

    private static string[] Parts(QueryReader reader, string name)
    {
        if (reader.Text(name) is not { } text)
            return [];
        var parts = text.Length > LongestText ? [] : text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (text.Length > LongestText || parts.Length > MostTexts)
            reader.Refuse(name, $"Has at most {LongestText} characters and {MostTexts} parts.");
        return parts.Length > MostTexts ? [] : parts;
    }
}
