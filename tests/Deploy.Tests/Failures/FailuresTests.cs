using System.Security;

namespace ECommerce.Deploy.Tests.Failures;

/// <summary>The end of a run of all tests shows of each failure the part that differs.</summary>
public sealed class FailuresTests
{
    [Fact]
    public async Task The_difference_of_two_long_lines_is_shown()
    {
        var items = Enumerable.Range(1, 200).Select(number => $"item-{number}").ToArray();
        var (expected, seen) = (Listed(items), Listed(items.Select(item => item == "item-150" ? "other" : item)));

        var shown = await ShowAsync(("A.Test", $"names\n    should be\n{expected}\n    but was\n{seen}"));

        shown.ShouldContain("\"item-150\", \"item-151\"");
        shown.ShouldContain("\"other\", \"item-151\"");
        shown.ShouldNotContain("\"item-1\"");
        shown.Split('\n').ShouldAllBe(line => line.Length < 310);
    }

    [Theory]
    [InlineData("    difference", "+ 417: what is too much")]
    [InlineData("too much: 1 of 100", "+ what is too much")]
    public async Task The_difference_of_a_long_message_is_shown_and_its_length_is_bounded(string heading, string difference)
    {
        var context = string.Join('\n', Enumerable.Range(1, 500).Select(number => $"line {number}"));

        var shown = await ShowAsync(("A.Test", $"page\n    should be\n{context}\n    but was\n{context}\n{heading}\n{difference}\n{context}"));

        shown.ShouldContain("    page\n");
        shown.ShouldContain(difference);
        shown.Split('\n').Length.ShouldBeLessThan(60);
    }

    [Fact]
    public async Task A_message_of_many_tests_is_shown_once_and_markup_is_plain()
    {
        var shown = await ShowAsync(("A.First(path: \"/a&b\")", "<body> was empty"), ("A.Second", "<body> was empty"));

        shown.ShouldBe("Failed: A.First(path: \"/a&b\") and 1 more\n    <body> was empty\n");
    }

    [Fact]
    public async Task The_first_place_of_the_stack_that_has_a_line_is_shown()
    {
        var shown = await ShowAsync("""
               at Shouldly.Method(String text)
               at A.Test() in /somewhere/tests/A.Tests/Test.cs:line 12
               at B.Caller() in /somewhere/tests/A.Tests/Caller.cs:line 30
            """, ("A.Test", "was empty"));

        shown.ShouldBe("Failed: A.Test\n    was empty\n    at Test.cs:line 12\n");
    }

    private static string Listed(IEnumerable<string> items) => $"[{string.Join(", ", items.Select(item => $"\"{item}\""))}]";

    private static Task<string> ShowAsync(params (string Test, string Message)[] failures) => ShowAsync("   at A.Test()", failures);

    private static async Task<string> ShowAsync(string stack, params (string Test, string Message)[] failures)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, failures.Select(failure => $"""
                <UnitTestResult testName="{SecurityElement.Escape(failure.Test)}" outcome="Failed">
                  <Output><ErrorInfo>
                    <Message>{SecurityElement.Escape(failure.Message)}</Message>
                    <StackTrace>{SecurityElement.Escape(stack)}</StackTrace>
                  </ErrorInfo></Output>
                </UnitTestResult>
                """));
            var (code, output, errors) = await Subprocess.RunAsync("awk", "-f", "build/failures.awk", file);
            (code, errors).ShouldBe((0, ""));
            return output;
        }
        finally
        {
            File.Delete(file);
        }
    }
}
