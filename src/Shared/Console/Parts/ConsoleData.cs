using Observability.Console.Recording;
using Observability.Console.Storage;

namespace Observability.Console.Parts;

/// <summary>What a page shows: the stores of this host.</summary>
public sealed class ConsoleData
{
    internal ConsoleData(Recorder recorder) => Recorder = recorder;

    public StoreState SpanState => Recorder.SpanState;

    public StoreState LogState => Recorder.LogState;

    internal SegmentStore Spans => Recorder.Spans;

    internal SegmentStore Logs => Recorder.Logs;

    private Recorder Recorder { get; }
}
