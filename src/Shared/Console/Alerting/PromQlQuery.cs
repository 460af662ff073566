using System.Globalization;
using System.Text.Json;
using Observability.Console.Limits;
using Observability.Console.PromQl;

namespace Observability.Console.Alerting;

/// <summary>The answer to an expression.</summary>
/// <param name="Type">The form: a scalar, a vector at one time, a matrix over a time, or a text.</param>
/// <param name="Series">The series with their values; of a scalar or a text none has labels.</param>
/// <param name="Text">The value of a text; null otherwise.</param>
/// <param name="Source"><c>prometheus</c> or <c>console</c>: which of them evaluated the expression.</param>
internal sealed record PromQlAnswer(ValueKind Type, IReadOnlyList<SampleRun> Series, string? Text, string Source);

/// <summary>Answers expressions in PromQL at one time, or over a time in steps. Their cost is bounded: samples, series, steps and seconds.</summary>
internal sealed class PromQlQuery(RuleSource source, PrometheusClient prometheus, ApiLimits limits, TimeProvider time)
{
    /// <summary>The most steps of an answer over a time, as in Prometheus.</summary>
    public const int MostSteps = 11_000;

    private const int MostRemoteSeries = 5000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Now, in Unix milliseconds.</summary>
    public long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    /// <exception cref="PromQlException">The expression is wrong, not supported or too expensive.</exception>
    public Task<PromQlAnswer> AtAsync(string expression, long at, CancellationToken cancellation)
    {
        var parsed = Parser.Parse(expression);
        return RunAsync(evaluation => evaluation.At(parsed, at) switch
        {
            double number => new PromQlAnswer(ValueKind.Scalar, [RunOf(LabelSet.Empty, at, number)], null, "console"),
            string text => new(ValueKind.Text, [], text, "console"),
            List<Sample> vector => new(ValueKind.Vector, [.. vector.Select(sample => RunOf(sample.Labels, at, sample.Value))], null, "console"),
            var matrix => new(ValueKind.Matrix, (List<SampleRun>)matrix, null, "console"),
        }, cancellation);
    }

    /// <param name="expression">A scalar or an instant vector.</param>
    /// <param name="from">The first step, in Unix milliseconds.</param>
    /// <param name="to">No step is after it.</param>
    /// <param name="step">In milliseconds.</param>
    /// <exception cref="PromQlException">The expression is wrong, not supported or too expensive.</exception>
    public Task<PromQlAnswer> OverAsync(string expression, long from, long to, long step, CancellationToken cancellation)
    {
        var parsed = Parser.Parse(expression);
        if (parsed.Type is not (ValueKind.Scalar or ValueKind.Vector))
            throw new PromQlException("over a time only a scalar or an instant vector has values");
        return RunAsync(evaluation => new(ValueKind.Matrix, evaluation.Over(parsed, from, to, step), null, "console"), cancellation);
    }

    /// <summary>The value now, by Prometheus while it answers, which knows more series and a longer past, and by the console otherwise.</summary>
    /// <exception cref="PromQlException">Neither has an answer.</exception>
    public async Task<PromQlAnswer> NowAsync(string expression, CancellationToken cancellation)
    {
        if (prometheus.IsConfigured && expression.Length <= Parser.MostCharacters
            && await prometheus.AskAsync($"query?query={Uri.EscapeDataString(expression)}", cancellation) is { } data && RemoteOf(data) is { } answer)
            return answer;
        var parsed = Parser.Parse(expression);
        if (source.Lacks(parsed) is { } reason)
            throw new PromQlException(reason);
        return await AtAsync(expression, Now, cancellation);
    }

    private async Task<PromQlAnswer> RunAsync(Func<Evaluation, PromQlAnswer> evaluate, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        try
        {
            return await limits.SearchAsync(token =>
            {
                // The time of waiting for a turn does not count.
                ending.CancelAfter(Patience);
                return evaluate(new(source, new(), token));
            }, ending.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new PromQlException($"the expression takes longer than {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} seconds");
        }
    }

    private static SampleRun RunOf(LabelSet labels, long time, double value) => new(labels, new([time]), new([value]));

    private static PromQlAnswer? RemoteOf(JsonElement data)
    {
        if (!data.TryGetProperty("result", out var result) || result.ValueKind is not JsonValueKind.Array || !data.TryGetProperty("resultType", out var type))
            return null;
        return type.GetString() switch
        {
            "scalar" when RemoteRun(LabelSet.Empty, result) is { } run => new(ValueKind.Scalar, [run], null, "prometheus"),
            "vector" => new(ValueKind.Vector, [.. result.EnumerateArray().Take(MostRemoteSeries).Select(RemoteSeries).OfType<SampleRun>()], null, "prometheus"),
            _ => null,
        };
    }

    private static SampleRun? RemoteSeries(JsonElement series) =>
        series.TryGetProperty("metric", out var labels) && series.TryGetProperty("value", out var value) ? RemoteRun(PrometheusClient.LabelsOf(labels), value) : null;

    private static SampleRun? RemoteRun(LabelSet labels, JsonElement pair) =>
        pair.ValueKind is JsonValueKind.Array && pair.GetArrayLength() == 2 && pair[0].TryGetDouble(out var seconds) && PrometheusClient.NumberOf(pair[1]) is { } value
            ? RunOf(labels, (long)(seconds * 1000), value)
            : null;
}
