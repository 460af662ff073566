using System.Diagnostics.Tracing;
using Microsoft.Diagnostics.NETCore.Client;
using Microsoft.Diagnostics.Tracing;
using Microsoft.Diagnostics.Tracing.Etlx;
using Microsoft.Diagnostics.Tracing.EventPipe;
using Microsoft.Diagnostics.Tracing.Parsers;
using Microsoft.Diagnostics.Tracing.Parsers.Clr;

namespace ECommerce.Profiling;

/// <summary>Reads a .nettrace file into stack samples with method names.</summary>
internal sealed class NettraceReader
{
    // The mean distance between two samples, in bytes, whatever the size of the object:
    // docs/design/features/RandomizedAllocationSampling.md of dotnet/runtime.
    private const double BytesPerSample = 102_400;

    // A stub of the runtime, such as the one between a method and the native code that it calls.
    private const string Unnamed = "[unnamed]";

    private readonly Dictionary<(CallStackIndex Stack, (string Name, ulong Id) Type), (double Count, double Value)> _seen = [];
    private readonly Dictionary<CodeAddressIndex, Frame> _frames = [];
    private readonly Dictionary<int, long> _ticksOfThreads = [];
    private readonly TypeNames _types = new();
    private double? _firstMs;
    private double _lastMs;

    public long Samples { get; private set; }

    public long Dropped { get; private set; }

    public static EventPipeProvider ProviderOf(ProfileKind kind) => kind is ProfileKind.Cpu
        ? new(SampleProfilerTraceEventParser.ProviderName, EventLevel.Informational)
        : new(ClrTraceEventParser.ProviderName, EventLevel.Informational, (long)ClrTraceEventParser.Keywords.AllocationSampling);

    public IReadOnlyList<StackSample> Read(string path, ProfileKind kind)
    {
        using var log = new TraceLog(TraceLog.CreateFromEventPipeDataFile(path));
        using var source = log.Events.GetSource();
        if (kind is ProfileKind.Cpu)
            new SampleProfilerTraceEventParser(source).ThreadSample += Add;
        else
            source.Clr.AllocationSampling += Add;
        source.Process();
        Dropped = log.EventsLost;
        var unit = kind is ProfileKind.Cpu ? NanosecondsPerTick() : 1;
        return
        [
            .. _seen.Select(seen => StackOf(
                log.CallStacks[seen.Key.Stack], seen.Key.Type is ({ } type, var id) ? _types.Resolve(type, id) : null, seen.Value.Count, seen.Value.Value * unit)),
        ];
    }

    private void Add(ClrThreadSampleTraceData sample)
    {
        _firstMs ??= sample.TimeStampRelativeMSec;
        _lastMs = sample.TimeStampRelativeMSec;
        _ticksOfThreads[sample.ThreadID] = _ticksOfThreads.GetValueOrDefault(sample.ThreadID) + 1;
        if (sample.Type is ClrThreadSampleType.Managed)
            Add(sample, default, 1, 1);
    }

    // Every thread is sampled in every tick, and the ticks of a busy machine are uneven: each sample stands for a tick of mean length.
    private double NanosecondsPerTick() =>
        _ticksOfThreads.Values.DefaultIfEmpty().Max() is var ticks and > 1 ? (_lastMs - _firstMs!.Value) / (ticks - 1) * 1e6 : 0;

    private void Add(AllocationSampledTraceData sample)
    {
        var chance = 1 - Math.Exp(-sample.ObjectSize / BytesPerSample);
        Add(sample, (sample.TypeName, sample.TypeID), 1 / chance, sample.ObjectSize / chance);
    }

    private void Add(TraceEvent sample, (string Name, ulong Id) type, double count, double value)
    {
        Samples++;
        var key = (sample.CallStackIndex(), type);
        var (countSoFar, valueSoFar) = _seen.GetValueOrDefault(key);
        _seen[key] = (countSoFar + count, valueSoFar + value);
    }

    private StackSample StackOf(TraceCallStack? innermost, string? type, double count, double value)
    {
        List<string> names = [];
        Slice? slice = null;
        for (var call = innermost; call is not null; call = call.Caller)
        {
            var frame = FrameOf(call.CodeAddress);
            if (names.Count > 0 || !frame.IsSafepoint)
                names.Add(frame.Name);
            slice ??= frame.Slice;
        }

        return new(names, slice, type, (long)Math.Round(count), (long)Math.Round(value));
    }

    private Frame FrameOf(TraceCodeAddress address)
    {
        if (!_frames.TryGetValue(address.CodeAddressIndex, out var frame))
            _frames[address.CodeAddressIndex] = frame = Frame.Of(address.FullMethodName is { Length: > 0 } name ? name : Unnamed);
        return frame;
    }
}
