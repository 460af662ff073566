using System.Diagnostics;
using OpenTelemetry;

namespace ECommerce.Observability.Tracing;

/// <summary>The spans that ended last, so that a trace can be looked at where there is no tracing backend.</summary>
public sealed class RecentSpans : BaseProcessor<Activity>
{
    private readonly Activity?[] _ring;
    private long _next = -1;

    internal RecentSpans(int kept) => _ring = new Activity?[kept];

    /// <summary>All of them, in no particular order.</summary>
    public IEnumerable<Activity> All => _ring.OfType<Activity>();

    public override void OnEnd(Activity data) => _ring[Interlocked.Increment(ref _next) % _ring.Length] = data;
}
