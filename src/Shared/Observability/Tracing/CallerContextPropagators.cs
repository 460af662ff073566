using System.Diagnostics;
using OpenTelemetry.Context.Propagation;

namespace Observability.Tracing;

/// <summary>
/// ASP.NET Core's propagator: extracts nothing from the request of an untrusted caller. Injection is that of the inner one.
/// </summary>
internal sealed class TrustedPropagator(DistributedContextPropagator inner) : DistributedContextPropagator
{
    public override IReadOnlyCollection<string> Fields => inner.Fields;

    public override void Inject(Activity? activity, object? carrier, PropagatorSetterCallback? setter) => inner.Inject(activity, carrier, setter);

    public override void ExtractTraceIdAndState(object? carrier, PropagatorGetterCallback? getter, out string? traceId, out string? traceState)
    {
        if (TrustedTraceContext.IsTrusted)
            inner.ExtractTraceIdAndState(carrier, getter, out traceId, out traceState);
        else
            (traceId, traceState) = (null, null);
    }

    public override IEnumerable<KeyValuePair<string, string?>>? ExtractBaggage(object? carrier, PropagatorGetterCallback? getter) =>
        TrustedTraceContext.IsTrusted ? inner.ExtractBaggage(carrier, getter) : null;
}

/// <summary>
/// The same for OpenTelemetry's ASP.NET Core instrumentation, which extracts again with the process's default propagator.
/// </summary>
internal sealed class TrustedTextMapPropagator : TextMapPropagator
{
    // OpenTelemetry's default.
    private readonly CompositeTextMapPropagator _inner = new([new TraceContextPropagator(), new BaggagePropagator()]);

    public override ISet<string> Fields => _inner.Fields;

    public override PropagationContext Extract<T>(PropagationContext context, T carrier, Func<T, string, IEnumerable<string>?> getter) =>
        TrustedTraceContext.IsTrusted ? _inner.Extract(context, carrier, getter) : context;

    public override void Inject<T>(PropagationContext context, T carrier, Action<T, string, string> setter) => _inner.Inject(context, carrier, setter);
}
