using System.IO.Compression;

namespace ECommerce.Profiling;

/// <summary>
/// Writes a profile in pprof's format, gzipped profile.proto (https://github.com/google/pprof/blob/main/proto/profile.proto). Field numbers
/// are those of that file.
/// </summary>
public sealed class PprofWriter
{
    public const string ContentType = "application/octet-stream";

    private const double NanosecondsPerSecond = 1e9;

    private readonly Dictionary<string, long> _texts = new(StringComparer.Ordinal) { [""] = 0 };
    private readonly Dictionary<string, long> _locations = new(StringComparer.Ordinal);
    private readonly ProtobufBuffer _profile = new();

    private PprofWriter()
    {
    }

    public static byte[] Write(Profile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
            new PprofWriter().Message(profile).CopyTo(gzip);
        return compressed.ToArray();
    }

    private ProtobufBuffer Message(Profile profile)
    {
        var isCpu = profile.Kind is ProfileKind.Cpu;
        _profile.Message(1, isCpu ? ValueType("samples", "count") : ValueType("alloc_objects", "count"));
        _profile.Message(1, isCpu ? ValueType("cpu", "nanoseconds") : ValueType("alloc_space", "bytes"));
        foreach (var stack in profile.Stacks)
            _profile.Message(2, Sample(stack));
        foreach (var (name, id) in _locations)
        {
            _profile.Message(4, new ProtobufBuffer().Integer(1, id).Message(4, new ProtobufBuffer().Integer(1, id)));
            _profile.Message(5, new ProtobufBuffer().Integer(1, id).Integer(2, Text(name)).Integer(3, Text(name)));
        }

        _profile.Integer(9, (profile.StartedAt - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick);
        _profile.Integer(10, (long)(profile.Time.TotalSeconds * NanosecondsPerSecond));
        _profile.Message(11, isCpu ? ValueType("cpu", "nanoseconds") : ValueType("space", "bytes"));
        _profile.Integer(12, isCpu ? 1_000_000 : 102_400);
        _profile.Integers(13, [.. profile.Remarks().Select(Text)]);
        // The string table is written last, when it is complete.
        foreach (var text in _texts.Keys)
            _profile.Text(6, text);
        return _profile;
    }

    private ProtobufBuffer Sample(StackSample stack)
    {
        // The allocated type is the leaf frame, above the method that allocates it.
        IEnumerable<string> frames = stack.Type is { } type ? [$"new {type}", .. stack.Frames] : stack.Frames;
        var sample = new ProtobufBuffer().Integers(1, [.. frames.Select(Location)]).Integers(2, [stack.Count, stack.Value]);
        if (stack.Slice is { } slice)
            sample.Message(3, Label("slice", slice.Name)).Message(3, Label("module", slice.Module));
        return sample;
    }

    private ProtobufBuffer ValueType(string type, string unit) => new ProtobufBuffer().Integer(1, Text(type)).Integer(2, Text(unit));

    private ProtobufBuffer Label(string key, string value) => new ProtobufBuffer().Integer(1, Text(key)).Integer(2, Text(value));

    private long Location(string name) => _locations.TryGetValue(name, out var id) ? id : _locations[name] = _locations.Count + 1;

    private long Text(string text) => _texts.TryGetValue(text, out var index) ? index : _texts[text] = _texts.Count;
}
