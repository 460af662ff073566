namespace Observability.Console.Tests;

public sealed class FilterParserTests
{
    [Theory]
    [InlineData("colour:red", 0, "Unknown field")]
    [InlineData("status:error  colour:red", 14, "Unknown field")]
    [InlineData("-", 1, "A term is missing")]
    [InlineData("module:", 7, "A value is missing")]
    [InlineData("duration>200", 9, "unit")]
    [InlineData("duration>fast", 9, "unit")]
    [InlineData("duration:200ms", 9, "compared by")]
    [InlineData("status:broken", 7, "Must be one of unset, ok, error")]
    [InlineData("status>error", 7, "Must be one of")]
    [InlineData("kind:sever", 5, "Must be one of internal, server, client, producer, consumer")]
    [InlineData("level:notice", 6, "Must be one of trace, debug, info, warn, error, fatal")]
    [InlineData("attr.till>many", 10, "Must be a number")]
    [InlineData("name>sale", 5, "compared by a colon")]
    [InlineData("trace:0af7", 6, "first 8 to 32 hexadecimal digits")]
    [InlineData("trace:nothexatall", 6, "hexadecimal")]
    [InlineData("\"not closed", 0, "is not closed")]
    [InlineData("module:\"not closed", 7, "is not closed")]
    [InlineData("\"a\"b", 3, "A space is missing")]
    [InlineData("\"module\":orders", 8, "is no field")]
    [InlineData("a\"b", 1, "at the beginning of a text")]
    [InlineData("http://tills", 0, "Unknown field")]
    [InlineData("&", 0, "on one side of the &")]
    [InlineData("a &", 2, "on one side of the &")]
    [InlineData("a & & b", 4, "on one side of the &")]
    public void A_wrong_filter_is_refused_with_the_place_of_the_mistake(string text, int position, string message)
    {
        Given.Parser.TryParse(text, out var filter, out var error).ShouldBeFalse();

        filter.ShouldBeNull();
        error!.Position.ShouldBe(position);
        error.Message.ShouldContain(message);
    }

    [Fact]
    public void The_length_and_the_terms_of_a_filter_are_bounded()
    {
        Given.Parser.TryParse(new string('a', 1024), out _, out _).ShouldBeTrue();
        Given.Parser.TryParse(new string('a', 1025), out _, out var tooLong).ShouldBeFalse();
        Given.Parser.TryParse(string.Join(' ', Enumerable.Repeat("a", 32)), out _, out _).ShouldBeTrue();
        Given.Parser.TryParse(string.Join(' ', Enumerable.Repeat("a", 33)), out _, out var tooMany).ShouldBeFalse();

        tooLong!.Message.ShouldContain("1024 characters");
        (tooMany!.Position, tooMany.Message).ShouldBe((64, "A filter has at most 32 terms."));
    }

    [Fact]
    public void Any_text_is_parsed_or_refused()
    {
        var random = new Random(20);
        const string letters = "ab-:<>=*\"\\ .1ms%é\0&";
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => letters[random.Next(letters.Length)]));
            if (Given.Parser.TryParse(text, out _, out var error))
                continue;
            error.Position.ShouldBeInRange(0, text.Length, text);
            error.Message.ShouldNotBeEmpty(text);
        }
    }
}
