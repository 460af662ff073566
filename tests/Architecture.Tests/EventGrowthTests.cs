using System.Text.Json;
using System.Text.Json.Nodes;
using ECommerce.Kernel;

namespace ECommerce.Architecture.Tests;

/// <summary>
/// Contract events grow by optional members only (docs/adr/0041). <c>Events/&lt;wire name&gt;.jsonl</c> holds one payload of every shape that an
/// event has had, the oldest first. A line is never changed or removed; <c>UPDATE_SNAPSHOTS=1</c> appends the shape of today.
/// </summary>
public sealed class EventGrowthTests
{
    private const string Rule = "An event only gains optional members (docs/adr/0041). Any other change is a new event: a record of its own, with the next version in its [EventName].";

    private static readonly string Folder = Path.Combine(Repository.Root, "tests/Architecture.Tests/Events");

    // A member without a default has to be in the payload, which the oldest one lacks.
    private static readonly JsonSerializerOptions Demanding = new(EventJson.Options) { RespectRequiredConstructorParameters = true };

    private static readonly Type[] Types = [.. Solution.Contracts.SelectMany(contracts => contracts.GetExportedTypes()).Where(typeof(IEvent).IsAssignableFrom)];

    /// <summary>Every event of every module's contracts.</summary>
    public static TheoryData<Type> Events => [.. Types];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_payload_that_was_ever_stored_is_read_without_loss(Type @event)
    {
        foreach (var payload in PayloadsOf(@event))
        {
            object? read = null;
            Should.NotThrow(() => read = JsonSerializer.Deserialize(payload, @event, Demanding), $"{payload} is no {@event.Name} any more. {Rule}");

            var again = JsonSerializer.SerializeToNode(read, @event, EventJson.Options);
            Lost(JsonNode.Parse(payload), again, "").ShouldBeEmpty($"{@event.Name} loses what {payload} says. {Rule}");
        }
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void The_shape_of_today_is_approved(Type @event)
    {
        var today = JsonSerializer.Serialize(Sample.Of(@event), @event, EventJson.Options);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1" && !PayloadsOf(@event).Any(payload => HasShapeOf(payload, today)))
            File.AppendAllText(FileOf(NameOf(@event)), today + "\n");

        PayloadsOf(@event).LastOrDefault(payload => HasShapeOf(payload, today)).ShouldNotBeNull(
            $"{@event.Name} has a shape that nobody has approved: UPDATE_SNAPSHOTS=1 dotnet test tests/Architecture.Tests --filter EventGrowth appends it to {FileOf(NameOf(@event))}. {Rule}");
    }

    [Theory]
    [MemberData(nameof(Events))]
    public void A_member_of_a_later_version_is_ignored(Type @event)
    {
        var payload = JsonNode.Parse(PayloadsOf(@event)[^1])!.AsObject();
        payload["aMemberOfALaterVersion"] = new JsonObject { ["deep"] = 1 };

        Should.NotThrow(() => payload.Deserialize(@event, EventJson.Options));
    }

    [Fact]
    public void An_event_that_was_published_stays() => Directory.EnumerateFiles(Folder).Select(file => Path.GetFileNameWithoutExtension(file)).Except(Types.Select(NameOf))
        .ShouldBeEmpty($"An outbox may still hold rows of these events. Keep the record, and remove it with its file in {Folder} one release after the last place that enqueues it.");

    private static string NameOf(Type @event) => @event.GetCustomAttribute<EventNameAttribute>()!.Name;

    private static string FileOf(string name) => Path.Combine(Folder, $"{name}.jsonl");

    private static string[] PayloadsOf(Type @event) => File.Exists(FileOf(NameOf(@event))) ? File.ReadAllLines(FileOf(NameOf(@event))) : [];

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
