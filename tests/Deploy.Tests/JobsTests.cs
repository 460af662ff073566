using System.Text.RegularExpressions;
using ECommerce.Deploy.Tests.Alerts;
using ECommerce.Deploy.Tests.Runbooks;

namespace ECommerce.Deploy.Tests;

/// <summary>The jobs of Prometheus, and those who ask for them by name.</summary>
public sealed class JobsTests
{
    private static readonly IReadOnlyList<(string Name, string[] Files)> Jobs =
    [
        .. from job in new DeployFile("deploy/prometheus/prometheus.yml").Read()["scrape_configs"]!.AsArray()
           select (job["job_name"]!.GetValue<string>(), job["file_sd_configs"]!.AsArray().SelectMany(files => files!["files"]!.AsArray()).Select(file => file!.GetValue<string>()).ToArray()),
    ];

    [Fact]
    public void A_job_finds_its_targets_in_the_file_of_its_name_and_the_host_has_two() =>
        Jobs.ShouldAllBe(job => job.Files.SequenceEqual(new[] { $"targets/{job.Name.Replace("-runtime", "", StringComparison.Ordinal)}.yml" }));

    [Fact]
    public void Every_job_that_an_expression_names_is_scraped()
    {
        var expressions = DashboardQueries.All().Select(query => query.Expression)
            .Concat(Alert.All().Select(alert => alert.Expression))
            .Concat(Runbook.Queries().Select(query => query.Expression));

        var asked = expressions.SelectMany(Selector.In).SelectMany(selector => selector.Matchers).Where(matcher => matcher.Label == "job").ToHashSet();

        asked.Count.ShouldBeGreaterThan(3);
        asked.Where(matcher => !Jobs.Any(job => matcher.Operator.EndsWith('~') ? Regex.IsMatch(job.Name, $"^(?:{matcher.Value})$") : job.Name == matcher.Value)).ShouldBeEmpty();
    }
}
