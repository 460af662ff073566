using System.Text.RegularExpressions;

namespace ECommerce.Docs.Tests.Lessons;

/// <summary>
/// A lesson goes as it is written, from the top to the end, for somebody who has nothing but the repository and what <c>make run</c> needs.
/// Each is a class of its own, so that two are given at a time: all of them within a minute and a half on two cores.
/// </summary>
/// <param name="path">The page.</param>
/// <param name="seen">What the console shows behind each of the page's links to it, as the shell writes it.</param>
public abstract partial class Lesson(string path, params string[] seen)
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
        var page = new Page(path);
        var links = new Queue<(Match Link, string Seen)>(LinkToConsole().Matches(page.Text).Zip(seen));
        LinkToConsole().Count(page.Text).ShouldBe(seen.Length);

        var position = 0;
        foreach (var call in Call.Of(page))
        {
            position = page.Text.IndexOf(call.Typed, position, StringComparison.Ordinal);
            await LookAsync(newcomer, links, position);
            var answer = await newcomer.TypeAsync(call.Typed);
            if (Record.Exception(() => call.ShouldBeAnswered(answer)) is { } difference)
                different.Add(difference.Message);
        }
        await LookAsync(newcomer, links, page.Text.Length);

        different.ShouldBeEmpty();
    }

    // Opens the links before a position of the page. What a page shows is sampled once a second, or recorded soon after.
    private static async Task LookAsync(Newcomer newcomer, Queue<(Match Link, string Seen)> links, int position)
    {
        while (links.TryPeek(out var next) && next.Link.Index < position)
        {
            var (link, seen) = links.Dequeue();
            var wanted = await newcomer.TypeAsync($"echo \"{seen}\"\n");
            await Eventually.TrueAsync(
                async () => (await newcomer.TypeAsync($"curl -sf -H \"X-Management-Key: $KEY\" '{link.Groups["address"].Value}'\n")).Contains(wanted, StringComparison.Ordinal),
                $"{link.Value} shows {wanted}");
        }
    }

    [GeneratedRegex(@"\*\*Look at it in the console\*\*: <(?<address>[^>]+)>", RegexOptions.ExplicitCapture)]
    private static partial Regex LinkToConsole();
}

public sealed class Week1() : Lesson("docs/lessons/week-1.md", "GET /api/products products-service 200");

public sealed class Week2() : Lesson("docs/lessons/week-2.md", "/console/traces/$TRACE");

public sealed class Week3InThreeProcesses() : Lesson("docs/lessons/week-3-in-three-processes.md");

public sealed class Week3() : Lesson("docs/lessons/week-3.md", "orders.order-cancelled.v1");

public sealed class Week4() : Lesson("docs/lessons/week-4.md", "POST /api/users/login");

public sealed class Week5() : Lesson("docs/lessons/week-5.md", "http_request_duration_seconds");

public sealed class Week6() : Lesson("docs/lessons/week-6.md", "PlaceOrder ok in");

public sealed class Week7() : Lesson("docs/lessons/week-7.md", "GET /api/products/{id}", "Take a profile");

public sealed class Week8() : Lesson("docs/lessons/week-8.md", "fault on");
