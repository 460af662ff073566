using System.Text;

namespace Observability.Console.Queries;

/// <summary>Decodes texts of which there are few, such as names of modules, into one string each.</summary>
internal sealed class Names
{
    // Beyond it a name is decoded each time.
    private const int MostKept = 64;

    private readonly List<(byte[] Utf8, string Text)> _known = [];

    public string Of(ReadOnlySpan<byte> utf8)
    {
        foreach (var (known, text) in _known)
        {
            if (utf8.SequenceEqual(known))
                return text;
        }
        var made = Encoding.UTF8.GetString(utf8);
        if (_known.Count < MostKept)
            _known.Add((utf8.ToArray(), made));
        return made;
    }
}
