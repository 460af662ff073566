namespace ECommerce.Gallery.Tests;

/// <summary>Every sin of docs/gallery is caught by the test that its page names, and the numbers of the page are true.</summary>
public sealed class GalleryTests(Exhibition exhibition) : IClassFixture<Exhibition>
{
    public static TheoryData<string> Names() => [.. Sin.Tried.Select(sin => sin.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_sin_is_caught_by_the_test_that_its_page_names(string name)
    {
        var sin = Of(name);

        exhibition.Messages.Keys.ShouldContain(sin.Test);
        var message = exhibition.Messages[sin.Test].ShouldNotBeNull($"{sin.Test} passes with {name}.patch.");
        Unwrapped(message).ShouldContain(Unwrapped(sin.Words), Case.Sensitive);
    }

    [Fact]
    public void What_the_pages_count_is_what_the_hosts_say() =>
        (from sin in Sin.Tried
         from figure in sin.Figures
         let counted = figure with { Before = exhibition.Without.Count(figure.What, figure.Name), After = exhibition.With.Count(figure.What, figure.Name) }
         where counted != figure
         select $"{sin}: {figure.What} `{figure.Name}` are {counted.Before} and {counted.After}, and the page says {figure.Before} and {figure.After}")
        .ShouldBeEmpty();

    private static Sin Of(string name) => Sin.Tried.Single(sin => sin.Name == name);

    // Long messages are wrapped where they are shown.
    private static string Unwrapped(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
