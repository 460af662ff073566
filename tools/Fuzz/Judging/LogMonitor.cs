using System.Collections.Concurrent;
using System.Text.Json;
using ECommerce.Fuzz.Requests;

namespace ECommerce.Fuzz.Judging;

/// <summary>Reads what a host writes, line by line, and lets it go: each is one JSON object, and repeats nothing that a caller has planted.</summary>
internal sealed class LogMonitor
{
    private const int MostKept = 20;

    private readonly List<Breach> _breaches = [];

    private readonly List<string> _defects = [];

    public int Lines { get; private set; }

    /// <summary>The first lines that tell of an exception that nobody expected: why an answer was 500.</summary>
    public IReadOnlyList<string> Defects => _defects;

    /// <summary>The first lines that broke a rule.</summary>
    public IReadOnlyList<Breach> Breaches => _breaches;

    /// <summary>Takes what is there now.</summary>
    public void Read(ConcurrentQueue<string> output)
    {
        while (output.TryDequeue(out var line))
            Look(line);
    }

    public void Look(string line)
    {
        Lines++;
        if (_defects.Count < MostKept && line.Contains("request.broke", StringComparison.Ordinal))
            _defects.Add(line);
        if (_breaches.Count == MostKept)
            return;
        var shown = line.Length > 500 ? line[..500] : line;
        try
        {
            var json = JsonElement.Parse(line);
            if (json.ValueKind is not JsonValueKind.Object || json.TryGetProperty(Markers.ForgedMember, out _))
                _breaches.Add(new("no forged line", shown));
        }
        catch (JsonException)
        {
            _breaches.Add(new("lines are JSON", shown));
        }

        if (line.Contains(Markers.Any, StringComparison.OrdinalIgnoreCase) || line.Contains("eyJ", StringComparison.Ordinal))
            _breaches.Add(new("nothing planted in a line", shown));
    }
}
