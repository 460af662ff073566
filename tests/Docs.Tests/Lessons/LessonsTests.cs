using System.Text.RegularExpressions;

namespace ECommerce.Docs.Tests.Lessons;

/// <summary>What can be said of the lessons without giving one.</summary>
public sealed partial class LessonsTests
{
    [Fact]
    public void Every_word_of_an_answer_counts()
    {
        foreach (var call in All().SelectMany(Call.Of).Where(call => call.Printed.Length > 0))
        {
            var seen = call.Printed.Replace('…', '0');
            call.IsAnsweredBy(seen).ShouldBeTrue(call.Typed);
            foreach (var word in Word().Matches(call.Printed).Select(match => match.Groups["word"]).Where(word => word.Success))
            {
                var wrong = call with { Printed = call.Printed.Insert(word.Index + word.Length, "x") };
                wrong.IsAnsweredBy(seen).ShouldBeFalse($"'{word.Value}' may be anything in the answer of\n{call.Typed}");
            }
        }
    }

    [Fact]
    public void Every_command_is_typed_by_the_tests_or_said_to_be_optional() =>
        All().SelectMany(lesson => Block().Matches(lesson.Text), (lesson, block) => (lesson, typed: block.Groups["typed"].Value, mark: block.Groups["mark"].Value))
            .Where(block => block.mark is not ("call" or "optional"))
            .ShouldBeEmpty();

    /// <summary>A reader who has been asked something finds the answer by unfolding it, and not by reading on.</summary>
    [Fact]
    public void The_answer_to_every_question_is_folded()
    {
        foreach (var lesson in All())
        {
            var questions = Question().Matches(lesson.Text);
            questions.Count.ShouldBeGreaterThan(3, lesson.Path);
            foreach (var question in questions.Cast<Match>())
            {
                // Up to the next question or heading the first thing that is printed, if anything is, is folded.
                var part = lesson.Text[(question.Index + question.Length)..];
                part = part[..(Next().Match(part) is { Success: true } next ? next.Index : part.Length)];
                var (fold, printed) = (part.IndexOf("<details>", StringComparison.Ordinal), Printed().Match(part));
                (!printed.Success || (fold >= 0 && fold < printed.Index)).ShouldBeTrue($"{lesson.Path} answers in the open: {question.Value}");
            }
        }
    }

    /// <summary>Who waits for a trouble reads what is waited for.</summary>
    [Fact]
    public void No_command_says_what_a_trouble_is_before_it_is_found()
    {
        foreach (var lesson in All())
        {
            foreach (var call in Call.Of(lesson).Where(call => call.Typed.Contains("trouble.sh", StringComparison.Ordinal)))
                call.Typed.ShouldNotMatch("for try in|until |while ", lesson.Path);
        }
    }

    [Fact]
    public void Every_lesson_is_in_the_index_and_given_by_a_test()
    {
        var index = new Page("docs/lessons/README.md").Text;
        foreach (var lesson in All())
            index.ShouldContain($"]({Path.GetFileName(lesson.Path)})");
        Lesson.Given.ShouldBe(All().Select(lesson => lesson.Path));
    }

    /// <summary>Beyond the shell itself only what a page of the repository says is needed. PostgreSQL, which the shop needs, has psql.</summary>
    [Fact]
    public void No_lesson_needs_a_tool_that_a_fresh_machine_may_lack() =>
        All().SelectMany(Call.Of, (call, lesson) => lesson.Typed)
            .Where(typed => Tool().IsMatch(typed))
            .ShouldBeEmpty();

    private static IEnumerable<Page> All() => Page.All().Where(page => page.Path.StartsWith("docs/lessons/week-", StringComparison.Ordinal)).OrderBy(page => page.Path, StringComparer.Ordinal);

    // In JSON, a text with … is any text.
    [GeneratedRegex("\"[^\"\n]*…[^\"\n]*\"|(?<word>\\w+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Word();

    [GeneratedRegex(@"^(\*Before you[^*]*\*|\*\*[^*\n]*\?\*\*)", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Question();

    [GeneratedRegex(@"^(\*Before you|\*\*[^*\n]*\?\*\*|## )", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Next();

    // A fence that opens without being one of the shell's, directly behind a command or behind a fold.
    [GeneratedRegex("^```(json)?\n(?!\n)(?=[^`])", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Printed();

    [GeneratedRegex("(<!-- (?<mark>[a-z]+) -->\n)?```(sh|bash|shell)\n(?<typed>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Block();

    [GeneratedRegex(@"\b(jq|awk|python3?|perl|docker|bc|xargs|watch|nc)\b")]
    private static partial Regex Tool();
}
