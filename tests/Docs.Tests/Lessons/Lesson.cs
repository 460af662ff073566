namespace ECommerce.Docs.Tests.Lessons;

/// <summary>
/// A lesson goes as it is written, from the top to the end, for somebody who has nothing but the repository and what <c>make run</c> needs.
/// Each is a class of its own, so that two are given at a time: all of them within a minute and a half on two cores.
/// </summary>
public abstract class Lesson(string path)
{
    /// <summary>The pages that are given.</summary>
    public static IEnumerable<string> Given => typeof(Lesson).Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(Lesson)))
        .Select(type => ((Lesson)Activator.CreateInstance(type)!).Path)
        .Order(StringComparer.Ordinal);

    private string Path => path;

    [Fact]
    public async Task Every_command_answers_as_printed()
    {
        List<string> different = [];
        await using var newcomer = new Newcomer();

        foreach (var call in Call.Of(new Page(path)))
        {
            var seen = await newcomer.TypeAsync(call.Typed);
            if (Record.Exception(() => call.ShouldBeAnswered(seen)) is { } difference)
                different.Add(difference.Message);
        }

        different.ShouldBeEmpty();
    }
}

public sealed class Week1() : Lesson("docs/lessons/week-1.md");

public sealed class Week2() : Lesson("docs/lessons/week-2.md");

public sealed class Week3InThreeProcesses() : Lesson("docs/lessons/week-3-in-three-processes.md");

public sealed class Week3() : Lesson("docs/lessons/week-3.md");

public sealed class Week4() : Lesson("docs/lessons/week-4.md");

public sealed class Week7() : Lesson("docs/lessons/week-7.md");

public sealed class Week8() : Lesson("docs/lessons/week-8.md");
