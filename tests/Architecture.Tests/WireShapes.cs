using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Kernel;

namespace ECommerce.Architecture.Tests;

/// <summary>
/// The approved JSON shapes of what travels between modules. A file holds one payload of every shape that a type has had, the oldest first. A
/// line is never changed or removed; <c>UPDATE_SNAPSHOTS=1</c> appends the shape of today.
/// </summary>
internal sealed class WireShapes(string folder)
{
    // A member without a default has to be in the payload, which the oldest one lacks.
    private static readonly JsonSerializerOptions Demanding = new(EventJson.Options) { RespectRequiredConstructorParameters = true };

    public string Folder { get; } = Path.Combine(Repository.Root, "tests/Architecture.Tests", folder);

    /// <summary>Today's code reads what every former release has written.</summary>
    public void ReadsFormerPayloads(Type type, string name, string rule)
    {
        foreach (var payload in PayloadsOf(name))
        {
            object? read = null;
            Should.NotThrow(() => read = JsonSerializer.Deserialize(payload, type, Demanding), $"{payload} is no {type.Name} any more. {rule}");

            var again = JsonSerializer.SerializeToNode(read, type, EventJson.Options);
            Lost(JsonNode.Parse(payload), again, "").ShouldBeEmpty($"{type.Name} loses what {payload} says. {rule}");
        }
    }

    /// <summary>Somebody has approved the shape that today's code writes.</summary>
    public void IsApproved(Type type, string name, string rule)
    {
        var today = JsonSerializer.Serialize(Sample.Of(type), type, EventJson.Options);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1" && !PayloadsOf(name).Any(payload => HasShapeOf(payload, today)))
            File.AppendAllText(FileOf(name), today + "\n");

        PayloadsOf(name).LastOrDefault(payload => HasShapeOf(payload, today)).ShouldNotBeNull(
            $"{type.Name} has a shape that nobody has approved: UPDATE_SNAPSHOTS=1 dotnet test tests/Architecture.Tests --filter Growth appends it to {FileOf(name)}. {rule}");
    }

    /// <summary>A former release reads what a later one writes: members that it does not know are ignored.</summary>
    public void IgnoresUnknownMembers(Type type, string name)
    {
        var payload = JsonNode.Parse(PayloadsOf(name)[^1])!.AsObject();
        payload["aMemberOfALaterVersion"] = new JsonObject { ["deep"] = 1 };

        Should.NotThrow(() => payload.Deserialize(type, EventJson.Options));
    }

    /// <summary>The names of types whose file is there and which are not among these.</summary>
    public IEnumerable<string> Gone(IEnumerable<string> names) => Directory.EnumerateFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Except(names);

    private string FileOf(string name) => Path.Combine(Folder, $"{name}.jsonl");

    private string[] PayloadsOf(string name) => File.Exists(FileOf(name)) ? File.ReadAllLines(FileOf(name)) : [];

    private static bool HasShapeOf(string payload, string today) =>
        Shape(JsonNode.Parse(payload), "").Order(StringComparer.Ordinal).SequenceEqual(Shape(JsonNode.Parse(today), "").Order(StringComparer.Ordinal));

    /// <summary>The path and the kind of every value; of a list those of its first item.</summary>
    private static IEnumerable<string> Shape(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.SelectMany(member => Shape(member.Value, $"{path}.{member.Key}")),
        JsonArray items => Shape(items[0], $"{path}[]"),
        _ => [$"{path} {node?.GetValueKind()}"],
    };

    /// <summary>The paths of what stands in the payload and not, or otherwise, in what was read from it.</summary>
    private static IEnumerable<string> Lost(JsonNode? stored, JsonNode? read, string path) => stored switch
    {
        JsonObject members => members.SelectMany(member => Lost(member.Value, (read as JsonObject)?[member.Key], $"{path}.{member.Key}")),
        JsonArray items => items.SelectMany((item, i) => Lost(item, read is JsonArray list && i < list.Count ? list[i] : null, $"{path}[{i}]")),
        _ => JsonNode.DeepEquals(stored, read) ? [] : [path],
    };
}
