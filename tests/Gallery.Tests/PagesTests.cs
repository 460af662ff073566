namespace ECommerce.Gallery.Tests;

/// <summary>The pages of the gallery, and the patches beside them.</summary>
public sealed class PagesTests
{
    private static readonly string Index = File.ReadAllText(Repository.PathOf($"{Sin.Folder}/README.md"));

    public static TheoryData<string> Names() => GalleryTests.Names();

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_has_all_parts_in_the_same_order(string name) =>
        Of(name).Page.Split('\n').Where(line => line.StartsWith("## ", StringComparison.Ordinal)).Select(line => line[3..]).ShouldBe(Sin.Parts);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_shows_lines_of_its_patch_and_leads_to_it(string name)
    {
        var patch = File.ReadAllLines(Repository.PathOf($"{Sin.Folder}/{name}.patch")).Select(line => line.Length > 0 ? $"{line[0]}{line[1..].Trim()}" : "");

        Of(name).Shown.ShouldNotBeEmpty();
        Of(name).Shown.Select(line => $"{line[0]}{line[1..].Trim()}").Except(patch).ShouldBeEmpty();
        Of(name).Page.ShouldContain($"]({name}.patch)");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_page_names_a_rule_of_others_and_is_in_the_index(string name)
    {
        Of(name).Part("The rule").ShouldContain("](https://");
        Index.ShouldContain($"| [{Of(name).Title[2..]}]({name}.md) |");
    }

    [Fact]
    public async Task The_answers_of_queries_are_those_of_the_pages()
    {
        var (code, output, errors) = await Subprocess.RunAsync("promtool", "test", "rules", Repository.PathOf($"{Sin.Folder}/answers.yml"));

        code.ShouldBe(0, $"{output}{errors}");
    }

    [Fact]
    public void There_are_twenty_sins_at_least_with_numbers_from_1()
    {
        var numbers = Directory.EnumerateFiles(Repository.PathOf(Sin.Folder), "*.patch").Select(patch => Path.GetFileName(patch)[..2]).Order(StringComparer.Ordinal).ToArray();

        numbers.Length.ShouldBeGreaterThanOrEqualTo(20);
        numbers.ShouldBe(Enumerable.Range(1, numbers.Length).Select(number => $"{number:00}"));
    }

    [Fact]
    public void A_patch_is_found_by_its_lines_wherever_they_are()
    {
        var patch = Patch.Read("--- a/one.txt\n+++ b/one.txt\n@@ -1,3 +1,3 @@ heading\n before\n-wrong\n+right\n after\n");
        var folder = Directory.CreateTempSubdirectory("ec-patch-");
        try
        {
            File.WriteAllText(Path.Combine(folder.FullName, "one.txt"), "new\nbefore\nwrong\nafter\n");
            patch.Apply(folder.FullName);
            File.ReadAllText(Path.Combine(folder.FullName, "one.txt")).ShouldBe("new\nbefore\nright\nafter\n");
            Should.Throw<FormatException>(() => patch.Apply(folder.FullName)).Message.ShouldContain("in one.txt 0 times");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("--- a/one.txt\n+++ b/one.txt\n@@ -1,2 +1,3 @@\n before\n-wrong\n+right\n after\n")]
    [InlineData("some text\n")]
    public void What_is_no_patch_is_refused(string text) => Should.Throw<FormatException>(() => Patch.Read(text));

    private static Sin Of(string name) => Sin.Tried.Single(sin => sin.Name == name);
}
