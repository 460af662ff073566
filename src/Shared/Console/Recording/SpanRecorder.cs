using System.Diagnostics;
using OpenTelemetry;

namespace Observability.Console.Recording;

/// <summary>A span processor that hands ended spans to the recorder. Sampled spans only, as the exporter's.</summary>
internal sealed class SpanRecorder(Recorder recorder) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (data.Recorded)
            recorder.Record(data);
    }
}
