using System.IO.Compression;
using ECommerce.Testing.Otlp;

namespace ECommerce.Testing;

/// <summary>A gzipped profile.proto as pprof understands it, read by the field numbers of that file.</summary>
public sealed class PprofProfile
{
    private readonly string[] _texts;

    public PprofProfile(byte[] compressed)
    {
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(compressed), CompressionMode.Decompress))
            gzip.CopyTo(plain);
        var profile = new ProtobufMessage(plain.ToArray());

        // A text of no length is a field of no length: the first of the table, as the format demands.
        _texts = [.. profile.Texts(6)];
        var functions = profile.All(5).ToDictionary(function => function.Integer(1), function => Text(function.Integer(2)));
        var locations = profile.All(4).ToDictionary(location => location.Integer(1), location => functions[location.One(4).Integer(1)]);
        ValueTypes = [.. profile.All(1).Select(type => (Text(type.Integer(1)), Text(type.Integer(2))))];
        Samples =
        [
            .. profile.All(2).Select(sample => new Sample(
                [.. sample.Integers(1).Select(id => locations[id])],
                [.. sample.Integers(2)],
                sample.All(3).ToDictionary(label => Text(label.Integer(1)), label => Text(label.Integer(2))))),
        ];
        Comments = [.. profile.Integers(13).Select(Text)];
        Duration = TimeSpan.FromMicroseconds(profile.Integer(10) / 1000.0);
    }

    /// <param name="Frames">The innermost first.</param>
    /// <param name="Values">One for each of <see cref="ValueTypes"/>.</param>
    /// <param name="Labels">By key.</param>
    public sealed record Sample(IReadOnlyList<string> Frames, IReadOnlyList<long> Values, IReadOnlyDictionary<string, string> Labels);

    public IReadOnlyList<(string Type, string Unit)> ValueTypes { get; }

    public IReadOnlyList<Sample> Samples { get; }

    public IReadOnlyList<string> Comments { get; }

    public TimeSpan Duration { get; }

    private string Text(long index) => _texts[index];
}
