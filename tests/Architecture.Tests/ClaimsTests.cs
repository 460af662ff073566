using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ECommerce.Architecture.Tests;

/// <summary>What docs/adr and docs/ARCHITECTURE.md claim in the form "only X knows Y", read from the source files.</summary>
public sealed class ClaimsTests
{
    /// <summary>The page, the place that it names, what only that place knows, the folder in which nothing else does, and the names of the files that may.</summary>
    public static TheoryData<string, string, string, string, string[]> Claims => new()
    {
        { "0002", "tests/Testing", @"\bShouldMatchApproved\b", "tests", ["Snapshot.cs"] },
        { "0005", "EnqueueAsync", @"\bTask<Guid> EnqueueAsync\(", "src", ["OutboxTransactions.cs"] },
        { "0011", "<Module>Metrics.cs", @"\bPrometheus\b", "src/Modules", ["*Metrics.cs"] },
        { "0017", "exporter", @"\b(AddPrometheusExporter|UseOpenTelemetryPrometheusScrapingEndpoint|MapPrometheusScrapingEndpoint)\b", "src", ["RuntimeMetrics.cs", "MetricText.cs"] },
        { "0024", "HandlerFaults", @"\bPolly\b", "src", ["HandlerFaults.cs", "ContractUnavailableException.cs", "TopologyRegistration.cs"] },
        { "0030", "Notifications", """\$?"(UN)?LISTEN |\.Notification \+=""", "src", ["Notifications.cs"] },
        { "0030", "Outbox", @"\bpg_notify\(", "src", ["Outbox.cs", "0000_messaging.sql"] },
        { "0033", "UnicodeNormalization", @"\.Normalize\(", "src", ["UnicodeNormalization.cs"] },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public void Only_the_place_that_a_page_names_knows_it(string page, string place, string known, string folder, string[] files)
    {
        var decision = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs/adr"), $"{page}-*.md").ShouldHaveSingleItem();
        File.ReadAllText(decision).ShouldContain(place, Case.Sensitive, $"{decision} claims no more that only {place} knows it: change the page and the list of claims together.");

        var knowing = SourcesIn(folder).Where(file => Regex.IsMatch(File.ReadAllText(file), known)).ToList();
        knowing.ShouldNotBeEmpty($"Nothing matches {known}: the claim of {page} is about something that is gone.");
        knowing.Where(file => !files.Any(allowed => Regex.IsMatch(Path.GetFileName(file), $"^{Regex.Escape(allowed).Replace(@"\*", ".*", StringComparison.Ordinal)}$")))
            .ShouldBeEmpty($"{Path.GetFileName(decision)} says that only {string.Join(" and ", files)} knows this ({known}). Go through that file, or change the decision.");
    }

    [Theory]
    [InlineData("ECommerce.Traffic")]
    [InlineData("ECommerce.Audit")]
    public void A_program_that_judges_the_shop_knows_no_code_of_it(string program)
    {
        var project = ((string[])["tools", "tests"])
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), $"{program}.csproj", SearchOption.AllDirectories)).ShouldHaveSingleItem();

        XDocument.Load(project).Descendants("ProjectReference").ShouldBeEmpty($"docs/ARCHITECTURE.md says that {program} knows no code of the shop.");
    }

    private static IEnumerable<string> SourcesIn(string folder) => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".cs" or ".sql" && !file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj"))
        .Where(file => Path.GetFileName(file) != "ClaimsTests.cs");
}
