using System.Text.RegularExpressions;
using ECommerce.Hosting;
using ECommerce.Web;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Deploy.Tests.Runbooks;

/// <summary>What the runbooks tell a person to type and to change is there.</summary>
public sealed partial class RunbookCommandsTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    // Settings of other programs and libraries: docs/settings.md lists them below its first table.
    private static readonly string[] OtherSettings =
    [
        "ConnectionStrings__ECommerce", "OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_TRACES_SAMPLER", "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BLRP_MAX_QUEUE_SIZE",
    ];

    private static IEnumerable<(string Page, string Text)> Pages => Runbook.All().Select(runbook => (runbook.Path, runbook.Text)).Append((Runbook.Index.Path, Runbook.Index.Text));

    [Fact]
    public void Every_setting_that_a_runbook_names_exists()
    {
        var settings = shop.Services.GetServices<SettingsSection>().SelectMany(section => section.Properties, (section, setting) => $"{section.Name}__{setting.Name}");

        Pages.SelectMany(page => Setting().Matches(page.Text), (page, setting) => (page.Page, setting.Value))
            .Where(named => !settings.Concat(OtherSettings).Contains(named.Value))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_operation_that_a_runbook_calls_exists_on_that_listener()
    {
        var calls = Runbook.Blocks("sh")
            .SelectMany(block => Curl().Matches(block.Text.Replace("\\\n", " ", StringComparison.Ordinal)), (block, call) => (block.Runbook, Call: call)).ToList();

        calls.Count.ShouldBeGreaterThan(20);
        foreach (var (runbook, call) in calls)
        {
            var (method, path) = (MethodOf(call.Value), Variable().Replace(call.Groups["path"].Value, "x"));
            var listener = call.Groups["port"].Value == "5081" ? Listener.Management : Listener.Public;
            var operation = Operations.Of(shop).FirstOrDefault(operation => operation.Is(method, path) && operation.Listeners.HasFlag(listener));
            operation.ShouldNotBeNull($"{runbook}: {call.Value}");
            if (operation.NeedsKey)
                call.Value.ShouldContain("X-Management-Key: $KEY", customMessage: runbook);
        }
    }

    [Fact]
    public void Every_operation_that_a_runbook_mentions_exists() =>
        Pages.SelectMany(page => Mentioned().Matches(page.Text), (page, mention) => (page.Page, Method: mention.Groups["method"].Value, Route: mention.Groups["route"].Value))
            .Where(mention => !Operations.Of(shop).Any(operation => operation.Is(mention.Method.Length > 0 ? mention.Method : "GET", mention.Route)))
            .ShouldBeEmpty();

    [Fact]
    public async Task Every_command_is_one_that_a_shell_can_read()
    {
        var script = string.Join('\n', Runbook.Blocks("sh").Select(block => block.Text)).Replace("…", "", StringComparison.Ordinal);

        (await Subprocess.RunAsync("bash", "-n", "-c", script)).Errors.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_statement_is_one_that_PostgreSQL_can_plan()
    {
        var statements = Pages.SelectMany(page => Psql().Matches(page.Text), (page, psql) => (page.Page, Sql: psql.Groups["sql"].Value))
            .Where(statement => !statement.Sql.StartsWith("VACUUM", StringComparison.Ordinal) && !statement.Sql.Contains('…', StringComparison.Ordinal))
            .ToList();

        statements.Count.ShouldBeGreaterThan(10);
        foreach (var (page, sql) in statements)
            await Should.NotThrowAsync(() => shop.RowsAsync($"EXPLAIN {sql}"), $"{page}: {sql}");
    }

    private static string MethodOf(string call) =>
        Method().Match(call) is { Success: true } method ? method.Groups["method"].Value
        : call.Contains(" -d ", StringComparison.Ordinal) ? "POST"
        : "GET";

    [GeneratedRegex(@"\b[A-Z][A-Za-z]+__[A-Za-z]+\b|\bOTEL_[A-Z_]+\b")]
    private static partial Regex Setting();

    [GeneratedRegex(@"\bcurl [^|;\n]*?http://127\.0\.0\.1:(?<port>508[01])(?<path>/[^\s""'?|;)]*)[^|;\n]*", RegexOptions.ExplicitCapture)]
    private static partial Regex Curl();

    [GeneratedRegex(@" -X (?<method>[A-Z]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Method();

    [GeneratedRegex(@"\$\w+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"`((?<method>[A-Z]+) )?(?<route>/(ops|api|health|metrics)\b[^`]*)`", RegexOptions.ExplicitCapture)]
    private static partial Regex Mentioned();

    [GeneratedRegex(@"psql \$DB -c ""(?<sql>[^""]+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Psql();
}
