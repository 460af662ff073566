using System.Diagnostics;
using Observability.Text;
using OpenTelemetry;

namespace Observability.Tracing;

/// <summary>
/// A span processor that cuts text attributes of ended spans to <see cref="Bounds"/>. It comes before every processor that keeps or exports
/// spans. A span without a long text costs one pass over its attributes and no allocation.
/// </summary>
internal sealed class BoundedAttributes : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        foreach (ref readonly var tag in data.EnumerateTagObjects())
        {
            // Replacing the value of a tag that exists leaves the enumeration valid.
            if (tag.Value is string text && text.Length > Bounds.Value && text.Length > Bounds.Of(tag.Key))
                data.SetTag(tag.Key, Bounds.Cut(text, Bounds.Of(tag.Key)));
            else if (tag.Value is string[] texts && Array.Exists(texts, one => one.Length > Bounds.Value))
                data.SetTag(tag.Key, Array.ConvertAll(texts, one => Bounds.Cut(one, Bounds.Value)));
        }
    }
}
