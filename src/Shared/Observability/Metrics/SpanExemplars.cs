using System.Diagnostics;
using Prometheus;

namespace Observability.Metrics;

/// <summary>Creates exemplars that name the current span.</summary>
internal static class SpanExemplars
{
    private static readonly Exemplar.LabelKey TraceId = Exemplar.Key("trace_id");
    private static readonly Exemplar.LabelKey SpanId = Exemplar.Key("span_id");

    public static readonly ExemplarBehavior OneASecond = new()
    {
        DefaultExemplarProvider = static (_, _) => OfCurrentSpan(),
        NewExemplarMinInterval = TimeSpan.FromSeconds(1),
    };

    /// <summary>The exemplar behavior of metrics that decide for each observation whether it has an exemplar.</summary>
    public static readonly ExemplarBehavior AsGiven = new()
    {
        DefaultExemplarProvider = static (_, _) => Exemplar.None,
        NewExemplarMinInterval = TimeSpan.Zero,
    };

    // Only a sampled span: an exemplar must lead to a trace.
    public static Exemplar OfCurrentSpan() => Activity.Current is { Recorded: true } span
        ? Exemplar.From(TraceId.WithValue(span.TraceId.ToHexString()), SpanId.WithValue(span.SpanId.ToHexString()))
        : Exemplar.None;
}
