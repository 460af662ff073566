using System.Text.RegularExpressions;
using ECommerce.Signals.Tests.Registry;

namespace ECommerce.Signals.Tests.Guide;

/// <summary>Every query that a page shows has an answer.</summary>
[Collection(OneFullDay.Name)]
public sealed partial class QueriesTests(FullDay day)
{
    // Runbooks ask for what rules record and other programs tell: tests/Deploy.Tests holds them.
    private static readonly string Runbooks = Path.Combine("docs", "runbooks");

    public static TheoryData<string> Queries() =>
    [
        .. new[] { "README.md" }.Concat(Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.Root, file)))
            .Where(page => Path.GetDirectoryName(page) != Runbooks)
            .SelectMany(page => Query().Matches(File.ReadAllText(Path.Combine(Repository.Root, page))))
            .Select(query => query.Groups["promql"].Value.Trim())
            .Distinct(),
    ];

    [Theory]
    [MemberData(nameof(Queries))]
    public async Task A_query_of_the_documentation_has_an_answer(string promql)
    {
        await day.Prometheus.ScrapeAsync();

        (await day.Prometheus.QueryAsync(promql)).ShouldContain(series => double.IsFinite(series.Value));
    }

    // Blocks of their own, and the cells of tables that begin with a metric of ours.
    [GeneratedRegex(@"```promql\n(?<promql>.*?)```|\| `(?<promql>(rate\()?(process|dotnet|db_client|postgresql|database|outbox)_[^`]+)`(?= \|)", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Query();
}
