using System.Diagnostics;
using Observability.Text;
using OpenTelemetry;

namespace Observability.Tracing;

/// <summary>
/// A span processor that cuts text attributes of ended spans to <see cref="TelemetryLimits"/>. It comes before every processor that keeps or exports
/// spans. A span without a long text costs one pass over its attributes and no allocation.
/// </summary>
internal sealed class AttributeLimitProcessor : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (ref readonly var tag in data.EnumerateTagObjects())
        {
            // Replacing the value of a tag that exists leaves the enumeration valid.
            if (tag.Value is string text && text.Length > TelemetryLimits.Value && text.Length > TelemetryLimits.Of(tag.Key))
                data.SetTag(tag.Key, TelemetryLimits.Cut(text, TelemetryLimits.Of(tag.Key)));
            else if (tag.Value is string[] texts && Array.Exists(texts, one => one.Length > TelemetryLimits.Value))
                data.SetTag(tag.Key, Array.ConvertAll(texts, one => TelemetryLimits.Cut(one, TelemetryLimits.Value)));
        }
    }
}
