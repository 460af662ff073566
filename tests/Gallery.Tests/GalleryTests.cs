namespace ECommerce.Gallery.Tests;

/// <summary>Every sin of docs/gallery is caught by the test that its page names, and the numbers of the page are true.</summary>
public sealed class GalleryTests(Exhibition exhibition) : IClassFixture<Exhibition>
{
    public static TheoryData<string> Names() => [.. Sin.Tried.Select(sin => sin.Name)];

    public static TheoryData<string> WithFigures() => [.. Sin.Tried.Where(sin => sin.Figures.Count > 0).Select(sin => sin.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sin_is_caught_by_the_test_that_its_page_names(string name)
    {
        var sin = Of(name);

        exhibition.Messages.Keys.ShouldContain(sin.Test);
        var message = exhibition.Messages[sin.Test].ShouldNotBeNull($"{sin.Test} passes with {name}.patch.");
        Unwrapped(message).ShouldContain(Unwrapped(sin.Words));
    }

    [Theory]
    [MemberData(nameof(WithFigures))]
    public void What_a_page_counts_is_what_the_host_says(string name) => Of(name).Figures
        .Select(figure => figure with { Before = exhibition.Without.Count(figure.What, figure.Name), After = exhibition.With.Count(figure.What, figure.Name) })
        .ShouldBe(Of(name).Figures);

    private static Sin Of(string name) => Sin.Tried.Single(sin => sin.Name == name);

    // Long messages are wrapped where they are shown.
    private static string Unwrapped(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
