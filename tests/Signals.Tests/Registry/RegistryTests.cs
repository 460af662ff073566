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
        foreach (var metric in _declared.Metrics.Where(metric => metric.Type != "gauge" && !quiet.Contains(metric.Name) && !IsOfServices(metric.Name)))
        {
            var samples = Regex.Matches(day.Exposition, $@"^{metric.Name}(_count)?(\{{[^\n]*\}})? (?<value>\S+)$", RegexOptions.Multiline);
            samples.ShouldContain(sample => sample.Groups["value"].Value != "0", $"{metric.Name} has counted nothing on a day on which everything happens: give it its moment in FullDay.cs.");
        }
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
        foreach (var span in day.SpansOfTheDay)
        {
            var fitting = patterns.Where(pattern => pattern.Fits(span)).ToList();
            fitting.Count.ShouldBe(1, $"{span.Kind} '{span.DisplayName}' is of {fitting.Count} kinds.");
            fitting[0].Deviations(span).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Every_kind_of_span_appears_with_every_attribute_that_it_declares()
    {
        foreach (var pattern in Patterns().Where(pattern => !IsOfServices(pattern.Descriptor.Name)))
        {
            var spans = day.SpansOfTheDay.Where(pattern.Fits).ToList();
            spans.ShouldNotBeEmpty($"'{pattern.Descriptor.Name}' never appears.");
            var seen = spans.SelectMany(span => span.TagObjects).Select(tag => tag.Key).ToHashSet();
            pattern.Descriptor.Sometimes.Where(declared => !seen.Any(name => SpanPattern.Covers(declared, name)))
                .Except(Rare(pattern.Descriptor.Name)).ShouldBeEmpty($"'{pattern.Descriptor.Name}' never has them.");
            if (pattern.Descriptor is { LinksTo: not null, AlwaysLinks: true })
                spans.ShouldAllBe(span => span.Links.Any());
            else if (pattern.Descriptor.LinksTo is not null)
                spans.ShouldContain(span => span.Links.Any());
        }
    }

    [Fact]
    public void Every_line_of_the_shop_is_a_declared_one_with_the_properties_that_it_declares()
    {
        foreach (var line in day.Lines.Where(line => line.GetProperty("category").GetString()!.StartsWith("ECommerce.", StringComparison.Ordinal)))
        {
            var template = line.GetProperty("template").GetString()!;
            var properties = line.EnumerateObject().Select(property => property.Name).Except(CommonFields.All);
            var declared = _declared.Lines.Where(one => one.Template == template).ToList().ShouldHaveSingleItem(line.GetRawText());
            line.GetProperty("event").GetString().ShouldBe(declared.Event);
            // A command's line carries the ids that the command names.
            properties.Except(declared.Properties).Where(name => declared.Event != "command.finished" || !name.EndsWith("Id", StringComparison.Ordinal)).ShouldBeEmpty(line.GetRawText());
        }
    }

    [Fact]
    public void Every_line_that_belongs_to_a_day_on_which_everything_happens_is_written() => _declared.Lines
        .Select(line => line.Template)
        .Except(day.Lines.Select(line => line.GetProperty("template").GetString()!))
        .Except(LogFields.Elsewhere)
        .ShouldBeEmpty();

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
