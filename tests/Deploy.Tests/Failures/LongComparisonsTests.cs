using System.Text.Json.Nodes;

namespace ECommerce.Deploy.Tests.Failures;

/// <summary>A comparison of long texts or collections that fails says what is missing and what is too much, and little else.</summary>
public sealed class LongComparisonsTests
{
    private static readonly string[] Names = [.. Enumerable.Range(1, 200).Select(number => $"name-{number}")];

    [Fact]
    public void Of_a_set_the_missing_and_the_needless_elements_are_told()
    {
        string[] seen = [.. Names.Where(name => name is not ("name-2" or "name-120")), "invented"];

        var message = MessageOf(() => seen.ShouldBe(Names, ignoreOrder: true, "All names are listed."));

        message.ShouldContain("missing: 2 of 200\n- name-120\n- name-2\ntoo much: 1 of 199\n+ invented");
        message.ShouldContain("All names are listed.");
        message.ShouldNotContain("name-50");
    }

    [Fact]
    public void Of_a_sequence_in_another_order_the_moved_elements_are_told()
    {
        string[] seen = [.. Names[..100], Names[101], Names[100], .. Names[102..]];

        var message = MessageOf(() => seen.ShouldBe(Names));

        message.ShouldContain("another order");
        message.ShouldContain("name-101");
        message.ShouldNotContain("name-50");
    }

    [Fact]
    public void Of_a_page_the_changed_lines_are_told_with_their_numbers()
    {
        var seen = string.Join('\n', Names.Select(name => name == "name-120" ? "changed" : name).Where(name => name != "name-10"));

        var message = MessageOf(() => seen.ShouldBe(string.Join('\n', Names), "The page is behind the code."));

        message.ShouldContain("2 of 200 lines are missing (-), 1 of 199 are too much (+).");
        message.ShouldContain("\n- 10: name-10\n");
        message.ShouldContain("\n- 120: name-120\n+ 119: changed\n");
        message.ShouldContain("The page is behind the code.");
        message.Length.ShouldBeLessThan(500);
    }

    [Fact]
    public void Of_one_long_line_the_part_that_differs_is_told()
    {
        var answers = new[] { "first", "second", "first" }.Select(word => $$"""{"padding":"{{new string('x', 700)}}","word":"{{word}}"}""");

        var message = MessageOf(() => answers.Distinct().ShouldHaveSingleItem());

        message.ShouldContain("\"word\":\"first\"");
        message.ShouldContain("\"word\":\"second\"");
        message.Length.ShouldBeLessThan(800);
    }

    [Fact]
    public void Of_a_snapshot_the_changed_lines_are_told()
    {
        var folder = Directory.CreateTempSubdirectory("ec-snapshot-");
        try
        {
            JsonNode Seen(string status) => new JsonObject(Names.Select(name => KeyValuePair.Create<string, JsonNode?>(name, name == "name-120" ? status : "same")));
            var file = Path.Combine(folder.FullName, "Class.cs");
            File.WriteAllText(Path.Combine(folder.FullName, "Class.Test.verified.json"), Seen("placed").ToJsonString(new() { WriteIndented = true, NewLine = "\n" }) + "\n");

            var message = MessageOf(() => Snapshot.Match(Seen("paid"), null, file, "Test"));

            message.ShouldContain("Class.Test differs from its snapshot");
            message.ShouldContain("\n- 121:   \"name-120\": \"placed\",\n+ 121:   \"name-120\": \"paid\",\n");
            message.Length.ShouldBeLessThan(500);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_short_comparison_reads_as_before() =>
        MessageOf(() => "a".ShouldBe("b")).ShouldContain("difference");

    private static string MessageOf(Action assertion) => Should.Throw<ShouldAssertException>(assertion).Message;
}
