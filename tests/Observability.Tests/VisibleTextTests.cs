using System.Buffers;
using System.Text;
using Observability.Text;

namespace Observability.Tests;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("curl/8.5.0", "curl/8.5.0")]
    [InlineData("größe 東京 🙂", "größe 東京 🙂")]
    [InlineData("\u001b]0;owned\u0007\u001b[2J", @"\u001b]0;owned\u0007\u001b[2J")]
    [InlineData("a\r\nb\tc\u007f\u0085\u009b2J", @"a\u000d\u000ab\u0009c\u007f\u0085\u009b2J")]
    [InlineData("safe\u202egnp.exe\u2066\u200f\u061c", @"safe\u202egnp.exe\u2066\u200f\u061c")]
    [InlineData("one\u2028two\u2029three", @"one\u2028two\u2029three")]
    [InlineData("in\u200bvisible\ufeff\U000e0041", @"in\u200bvisible\ufeff\U000e0041")]
    public void What_moves_a_cursor_or_hides_becomes_a_visible_escape(string text, string shown)
    {
        VisibleText.Of(text).ShouldBe(shown);

        var written = new ArrayBufferWriter<byte>();
        VisibleText.Write(text, written);
        Encoding.UTF8.GetString(written.WrittenSpan).ShouldBe(shown);
    }

    [Fact]
    public void Half_a_character_becomes_a_visible_escape() =>
        VisibleText.Of("half \ud83d and \udc00").ShouldBe(@"half \ud83d and \udc00"); // Not in InlineData, whose texts travel as UTF-8.

    [Fact]
    public void A_clean_text_is_returned_itself_and_a_long_one_is_cut_between_characters()
    {
        var clean = new string('x', VisibleText.UsualLength);

        VisibleText.Of(clean).ShouldBeSameAs(clean);
        VisibleText.Of(clean + "y").ShouldBe(clean + "…");
        VisibleText.Of("ab🙂", most: 3).ShouldBe("ab…");
        VisibleText.Of(new string('\u001b', 5000)).Length.ShouldBe((6 * VisibleText.UsualLength) + 1);
    }
}
