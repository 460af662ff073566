using System.Text.Json;

namespace ECommerce.Profiling;

/// <summary>
/// A profile for https://www.speedscope.app, by its file format (https://www.speedscope.app/file-format-schema.json). Stacks are added up,
/// so the order of time is lost.
/// </summary>
public static class SpeedscopeWriter
{
    public const string ContentType = "application/json";

    public static byte[] Write(Profile profile)
    {
        ArgumentNullException.ThrowIfNull(profile);
        var frames = new Dictionary<string, int>(StringComparer.Ordinal);
        int[][] stacks = [.. profile.Stacks.Select(stack => stack.Path().Select(name => Index(frames, name)).ToArray())];

        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            json.WriteString("$schema", "https://www.speedscope.app/file-format-schema.json");
            json.WriteString("name", string.Join(". ", profile.Remarks()));
            json.WriteString("exporter", "ecommerce");
            json.WriteStartObject("shared");
            json.WriteStartArray("frames");
            foreach (var name in frames.Keys)
            {
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteStartArray("profiles");
            WriteProfile(json, profile, stacks);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return bytes.ToArray();
    }

    private static void WriteProfile(Utf8JsonWriter json, Profile profile, int[][] stacks)
    {
        json.WriteStartObject();
        json.WriteString("type", "sampled");
        json.WriteString("name", $"{profile.Kind} from {profile.StartedAt:u}");
        json.WriteString("unit", profile.Kind is ProfileKind.Cpu ? "nanoseconds" : "bytes");
        json.WriteNumber("startValue", 0);
        json.WriteNumber("endValue", profile.Stacks.Sum(stack => stack.Value));
        json.WriteStartArray("samples");
        foreach (var stack in stacks)
        {
            json.WriteStartArray();
            foreach (var frame in stack)
                json.WriteNumberValue(frame);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteStartArray("weights");
        foreach (var stack in profile.Stacks)
            json.WriteNumberValue(stack.Value);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static int Index(Dictionary<string, int> frames, string name) => frames.TryGetValue(name, out var index) ? index : frames[name] = frames.Count;
}
