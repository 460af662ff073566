using ECommerce.Host.Console.Profiles;
using ECommerce.Profiling;

namespace ECommerce.Host.Tests.Operations;

/// <summary>Flame graphs of profiles, and the profiles that are kept.</summary>
public sealed class FlameGraphTests
{
    private static readonly Slice Place = new("PlaceOrder", "orders");

    [Fact]
    public void Stacks_are_added_up_below_their_slices()
    {
        var root = FlameNode.Of(ProfileOf((["Main", "Work", "Read"], Place, 30), (["Main", "Work", "Write"], Place, 50), (["Main", "Idle"], null, 20)));

        root.Value.ShouldBe(100);
        root.Children.Select(child => (child.Name, child.Value)).ShouldBe([("slice PlaceOrder (orders)", 80), ("no slice", 20)]);
        root.Children[0].Children.Single().Children.Single().Children.Select(child => (child.Name, child.Value)).ShouldBe([("Write", 50), ("Read", 30)]);
    }

    [Fact]
    public void Frames_of_the_framework_are_taken_out_and_what_they_called_is_kept()
    {
        var root = FlameNode.Of(ProfileOf((["System.Threading.Run", "Main", "System.Linq.Select", "Work"], Place, 60), (["Main", "System.String.Concat"], Place, 40))).WithoutFramework();

        root.Value.ShouldBe(100);
        var main = root.Children.Single().Children.Single();
        (main.Name, main.Value).ShouldBe(("Main", 100));
        main.Children.Select(child => (child.Name, child.Value)).ShouldBe([("Work", 60)]);
    }

    [Fact]
    public void A_frame_is_as_wide_as_its_share_and_a_zoom_fills_the_width()
    {
        var root = FlameNode.Of(ProfileOf((["Main", "Read"], Place, 25), (["Main", "Write"], Place, 75)));

        var all = FlameLayout.Of(root, null, null).Rects;
        all.Select(rect => (rect.Path, rect.Name, rect.X, rect.Width, rect.Depth)).ShouldBe(
        [
            ("", "all", 0, 1, 0), ("0", "slice PlaceOrder (orders)", 0, 1, 1), ("0.0", "Main", 0, 1, 2), ("0.0.0", "Write", 0, 0.75, 3), ("0.0.1", "Read", 0.75, 0.25, 3),
        ]);
        var zoomed = FlameLayout.Of(root, "0.0.1", null).Rects;
        zoomed.Select(rect => (rect.Name, rect.Width)).ShouldBe([("all", 1), ("slice PlaceOrder (orders)", 1), ("Main", 1), ("Read", 1)]);
        zoomed[^1].Share.ShouldBe(0.25);
    }

    [Theory]
    [InlineData("9")]
    [InlineData("0.0.9.9")]
    [InlineData("-1")]
    [InlineData("x")]
    [InlineData("99999999999999999999")]
    public void A_zoom_that_leads_nowhere_stops_on_the_way(string zoom) =>
        FlameLayout.Of(FlameNode.Of(ProfileOf((["Main"], Place, 1))), zoom, null).Rects.Select(rect => rect.Name).ShouldBe(["all", "slice PlaceOrder (orders)", "Main"]);

    [Fact]
    public void A_comparison_has_the_share_of_each_frame_before()
    {
        var before = FlameNode.Of(ProfileOf((["Main", "Read"], Place, 1), (["Main", "Gone"], Place, 1)));
        var rects = FlameLayout.Of(FlameNode.Of(ProfileOf((["Main", "Read"], Place, 90), (["Main", "New"], Place, 10))), null, before).Rects;

        rects.Where(rect => rect.Depth == 3).Select(rect => (rect.Name, rect.Share, rect.Before)).ShouldBe([("Read", 0.9, 0.5), ("New", 0.1, 0d)]);
    }

    [Fact]
    public void What_is_deep_or_thin_is_bounded()
    {
        var deep = FlameLayout.Of(FlameNode.Of(ProfileOf(([.. Enumerable.Range(0, 1000).Select(depth => $"f{depth}")], Place, 1))), string.Join('.', Enumerable.Repeat("0", 5000)), null);
        deep.Rows.ShouldBe(FlameLayout.MostRows);

        var thin = FlameNode.Of(ProfileOf([.. Enumerable.Range(0, 100_000).Select(method => ((string[])[$"m{method}"], (Slice?)Place, 1L))]));
        thin.Count.ShouldBe(2, "a frame that nobody would see is not kept");
    }

    [Fact]
    public void The_latest_few_profiles_are_kept()
    {
        var saved = new SavedProfiles();
        for (var i = 0; i < 2 * SavedProfiles.Most; i++)
            saved.Add(ProfileOf((["Main"], Place, 1)));
        saved.All.Select(profile => profile.Number).ShouldBe(Enumerable.Range(SavedProfiles.Most + 1, SavedProfiles.Most).Reverse());
        saved.Find(1).ShouldBeNull();

        // Names as long as this use the budget up, however few they are.
        foreach (var letter in "abc")
            saved.Add(ProfileOf(([new string(letter, 3 * 1024 * 1024)], Place, 1)));
        saved.All.Count.ShouldBe(2);
    }

    [Theory]
    [InlineData("ECommerce.Orders.PlaceOrder+Handler.Handle", "PlaceOrder+Handler.Handle")]
    [InlineData("System.Runtime.CompilerServices.AsyncMethodBuilder`1[System.__Canon].Start", "AsyncMethodBuilder.Start")]
    [InlineData("slice PlaceOrder (orders)", "slice PlaceOrder (orders)")]
    [InlineData("new System.String", "new System.String")]
    [InlineData("[unnamed]", "")]
    public void A_name_is_shortened_to_type_and_method(string name, string shown) => FrameName.Short(name).ShouldBe(shown is "" ? name : shown);

    private static Profile ProfileOf(params (string[] Outermost, Slice? Slice, long Value)[] stacks) => new(
        ProfileKind.Cpu, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), ProfileEnd.Time, stacks.Length, 0,
        [.. stacks.Select(stack => new StackSample([.. stack.Outermost.Reverse()], stack.Slice, null, 1, stack.Value))]);
}
