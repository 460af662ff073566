using ECommerce.Kernel;

namespace ECommerce.Architecture.Tests;

/// <summary>Contract events grow by optional members only (docs/adr/0041); <c>Events/&lt;wire name&gt;.jsonl</c> holds their shapes (<see cref="WireShapes"/>).</summary>
public sealed class EventGrowthTests
{
    private const string Rule = "An event only gains optional members (docs/adr/0041). Any other change is a new event: a record of its own, with the next version in its [EventName].";

    private static readonly WireShapes Shapes = new("Events");

    private static readonly Type[] Types = [.. Solution.Contracts.SelectMany(contracts => contracts.GetExportedTypes()).Where(typeof(IEvent).IsAssignableFrom)];

    /// <summary>Every event of every module's contracts.</summary>
    public static TheoryData<Type> Events => [.. Types];

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_payload_that_was_ever_stored_is_read_without_loss(Type @event) => Shapes.ReadsFormerPayloads(@event, NameOf(@event), Rule);

    [Theory]
    [MemberData(nameof(Events))]
    public void The_shape_of_today_is_approved(Type @event) => Shapes.IsApproved(@event, NameOf(@event), Rule);

    [Theory]
    [MemberData(nameof(Events))]
    public void A_member_of_a_later_version_is_ignored(Type @event) => Shapes.IgnoresUnknownMembers(@event, NameOf(@event));

    [Fact]
    public void An_event_that_was_published_stays() => Shapes.Gone(Types.Select(NameOf)).ShouldBeEmpty(
        $"An outbox may still hold rows of these events. Keep the record, and remove it with its file in {Shapes.Folder} one release after the last place that enqueues it.");

    private static string NameOf(Type @event) => @event.GetCustomAttribute<EventNameAttribute>()!.Name;
}
