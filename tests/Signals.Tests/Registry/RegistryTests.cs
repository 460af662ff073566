using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Generate.Telemetry;

namespace ECommerce.Signals.Tests.Registry;

/// <summary>What the code declares is what the host tells, and nothing else.</summary>
[Collection(OneFullDay.Name)]
public sealed partial class RegistryTests(FullDay day)
{
    private readonly Declared _declared = Declared.By(day.Services);

    [Fact]
    public void Every_metric_is_told_with_its_type_its_help_and_its_labels()
    {
        foreach (var metric in _declared.Metrics.Where(metric => !IsOfServices(metric.Name)))
        {
            day.Exposition.ShouldContain($"# TYPE {metric.Name} {metric.Type}\n");
            metric.Help.ShouldEndWith(".", customMessage: metric.Name);
            var series = SeriesOf(metric.Name);
            series.ShouldNotBeEmpty($"{metric.Name} never appears.");
            series.ShouldAllBe(labels => labels.SequenceEqual(metric.Labels), $"{metric.Name} has other labels.");
        }
    }

    [Fact]
    public void Every_count_has_counted_something()
    {
        // Nothing is lost on a good day; tests of their own see these grow.
        string[] quiet = ["telemetry_dropped_total", "database_circuit_openings_total", "postgresql_deadlocks_total", "postgresql_temp_files_total", "postgresql_temp_io_bytes_total",
            "console_store_evicted_total", "console_store_lost_total"];
        _declared.Metrics.Where(metric => metric.Type != "gauge" && !quiet.Contains(metric.Name) && !IsOfServices(metric.Name))
            .Where(metric => Regex.Matches(day.Exposition, $@"^{metric.Name}(_count)?(\{{[^\n]*\}})? (?<value>\S+)$", RegexOptions.Multiline)
                .All(sample => sample.Groups["value"].Value == "0"))
            .Select(metric => $"{metric.Name} has counted nothing on a day on which everything happens: give it its moment in FullDay.cs.")
            .ShouldBeEmpty();
    }

    [Fact]
    public void No_metric_is_told_that_nobody_has_declared() => Families().Matches(day.Exposition)
        .Select(family => family.Groups["name"].Value)
        .Except(_declared.Metrics.Select(metric => metric.Name))
        .ShouldBeEmpty();

    [Fact]
    public void Every_span_is_of_one_declared_kind_and_carries_what_that_declares()
    {
        var patterns = Patterns();
        day.SpansOfTheDay.SelectMany(span => patterns.Where(pattern => pattern.Fits(span)).ToList() switch
        {
            [var kind] => kind.Deviations(span),
            var kinds => [$"{span.Kind} '{span.DisplayName}' is of {kinds.Count} kinds"],
        }).Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void Every_kind_of_span_appears_with_every_attribute_that_it_declares() =>
        Patterns().Where(pattern => !IsOfServices(pattern.Descriptor.Name)).SelectMany(Missing).ShouldBeEmpty();

    [Fact]
    public void Every_line_of_the_shop_is_a_declared_one_with_the_properties_that_it_declares() =>
        day.Lines.Where(line => line.GetProperty("category").GetString()!.StartsWith("ECommerce.", StringComparison.Ordinal)).SelectMany(Deviations).Distinct().ShouldBeEmpty();

    [Fact]
    public void Every_line_that_belongs_to_a_day_on_which_everything_happens_is_written() => _declared.Lines
        .Select(line => line.Template)
        .Except(day.Lines.Select(line => line.GetProperty("template").GetString()!))
        .Except(LogFields.Elsewhere)
        .ShouldBeEmpty();

    private IEnumerable<string> Deviations(JsonElement line)
    {
        var template = line.GetProperty("template").GetString()!;
        if (_declared.Lines.Where(one => one.Template == template).ToList() is not [var declared])
            return [$"no line or more than one has the template {template}"];
        var properties = line.EnumerateObject().Select(property => property.Name).Except(CommonFields.All);
        return [
            .. line.TryGetProperty("event", out var name) && name.GetString() == declared.Event ? Array.Empty<string>() : [$"its event is not {declared.Event}: {template}"],
            // A command's line carries the ids that the command names.
            .. properties.Except(declared.Properties).Where(extra => declared.Event != "command.finished" || !extra.EndsWith("Id", StringComparison.Ordinal))
                .Select(extra => $"{extra} is not declared: {template}"),
        ];
    }

    private IEnumerable<string> Missing(SpanPattern pattern)
    {
        var name = pattern.Descriptor.Name;
        var spans = day.SpansOfTheDay.Where(pattern.Fits).ToList();
        if (spans.Count == 0)
            return [$"'{name}' never appears"];
        var seen = spans.SelectMany(span => span.TagObjects).Select(tag => tag.Key).ToHashSet();
        var links = pattern.Descriptor.LinksTo is null || (pattern.Descriptor.AlwaysLinks ? spans.All(span => span.Links.Any()) : spans.Exists(span => span.Links.Any()));
        return [
            .. pattern.Descriptor.Sometimes.Where(declared => !seen.Any(has => SpanPattern.Covers(declared, has))).Except(Rare(name))
                .Select(attribute => $"'{name}' never has {attribute}"),
            .. links ? Array.Empty<string>() : [$"'{name}' lacks a link to {pattern.Descriptor.LinksTo}"],
        ];
    }

    private List<string[]> SeriesOf(string name) =>
    [
        .. Regex.Matches(day.Exposition, $@"^{name}(_bucket|_sum|_count)?(\{{(?<labels>[^\n]*)\}})? \S+$", RegexOptions.Multiline)
            .Select(series => Labels().Matches(series.Groups["labels"].Value).Select(label => label.Groups["name"].Value).Where(label => label != "le").ToArray()),
    ];

    private SpanPattern[] Patterns() => [.. _declared.Spans.Select(shape => new SpanPattern(shape, day.PeriodicJobs))];

    // There only where modules have processes of their own: tests/Reliability.Tests/Broker and tests/Topology.Tests see them.
    private static bool IsOfServices(string name) =>
        name.StartsWith("broker_", StringComparison.Ordinal) || name.StartsWith("contract_", StringComparison.Ordinal)
        || name is "publish {event}" or "receive {event}" or "POST /contracts/{contract}";

    // What it takes a broken database, a default port or a second host to see.
    private static string[] Rare(string shape) => shape switch
    {
        "{method} {route}" => ["http.request.method_original"],
        "{operation} {table}" => ["db.npgsql.*", "server.port"],
        "{round}" => ["app.round.elsewhere", "error.type"],
        "relay {module}" or "migrate {module}" or "payment.charge" => ["error.type"],
        _ => [],
    };

    [GeneratedRegex(@"^# TYPE (?<name>\S+) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Families();

    [GeneratedRegex("""(?<name>[a-z_]+)="(\\.|[^"\\])*",?""", RegexOptions.ExplicitCapture)]
    private static partial Regex Labels();
}
