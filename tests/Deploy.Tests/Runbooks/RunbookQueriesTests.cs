using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Runbooks;

/// <summary>What the runbooks ask of Prometheus, Loki and Jaeger, held against what there is to be asked.</summary>
public sealed partial class RunbookQueriesTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    private static readonly string[] Streams = ["""{service_name="ecommerce"}""", """{service_name="ecommerce-gateway"}"""];

    [Fact]
    public async Task Prometheus_takes_every_expression()
    {
        var queries = Runbook.Queries().ToList();

        var refused = await Promtool.RefusesAsync([.. queries.Select(query => query.Expression)]);

        queries.Count.ShouldBeGreaterThan(70);
        refused.Select(refusal => $"{queries[refusal.Index].Runbook}: {refusal.Reason}").ShouldBeEmpty();
    }

    // An expression without a metric's name asks all of them.
    [Fact]
    public async Task Every_metric_that_is_asked_for_exists_and_has_these_labels()
    {
        var known = await KnownMetrics.OfAsync(shop);
        var unknown = from query in Runbook.Queries()
                      from selector in Selector.In(query.Expression)
                      where selector.Metric is { } metric && !(known.Has(metric) && selector.Matchers.All(matcher => known.Has(metric, matcher.Label)))
                      select $"{query.Runbook}: {selector}";

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_label_by_which_an_answer_is_grouped_exists()
    {
        var known = await KnownMetrics.OfAsync(shop);
        var unknown = from query in Runbook.Queries()
                      let expression = Expression.Read(query.Expression)
                      from label in expression.Labels
                      where !expression.Made.Contains(label) && !expression.Selectors.Any(selector => selector.Metric is null || known.Has(selector.Metric, label))
                      select $"{query.Runbook}: {label}";

        unknown.ShouldBeEmpty();
    }

    [Fact]
    public void Loki_is_asked_for_the_shop_and_for_fields_that_its_lines_have()
    {
        var queries = Runbook.Blocks("logql").ToList();

        queries.Count.ShouldBeGreaterThan(15);
        queries.Where(query => !Streams.Any(stream => query.Text.Contains(stream, StringComparison.Ordinal))).ShouldBeEmpty();
        queries.SelectMany(query => FieldsIn(query.Text), (query, field) => (query.Runbook, field))
            .Where(named => !TelemetryPage.LokiFields.Contains(named.field))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Every_event_and_every_round_that_a_query_names_is_told()
    {
        var named = Runbook.Blocks("logql").SelectMany(query => Value().Matches(query.Text), (query, value) => (query.Runbook, value.Groups))
            .Concat(Runbook.Blocks("sh").SelectMany(block => JsonValue().Matches(block.Text), (block, value) => (block.Runbook, value.Groups)))
            .SelectMany(value => value.Groups["value"].Value.Split('|'), (value, name) => (value.Runbook, Field: value.Groups["field"].Value, Name: name))
            .ToList();

        named.Count.ShouldBeGreaterThan(30);
        named.Where(value => !(value.Field == "event" ? TelemetryPage.Events : TelemetryPage.PeriodicJobs).Any(known => Regex.IsMatch(known, $"^{value.Name}$"))).ShouldBeEmpty();
    }

    [Fact]
    public void Every_field_that_a_search_in_the_log_names_is_in_its_lines()
    {
        // Answers of the host and of Prometheus are searched in the same way.
        string[] elsewhere = ["id", "traceId", "name", "failed", "database", "lastError", "scrapeUrl", "token"];
        Runbook.Blocks("sh")
            .SelectMany(block => JsonField().Matches(block.Text.Replace("\\\"", "", StringComparison.Ordinal)), (block, field) => (block.Runbook, field.Groups["field"].Value))
            .Where(field => !TelemetryPage.Fields.Contains(field.Value) && !elsewhere.Contains(field.Value))
            .ShouldBeEmpty();
    }

    [Fact]
    public void Jaeger_is_asked_for_spans_and_attributes_that_there_are()
    {
        var searches = Runbook.All().SelectMany(runbook => Search().Matches(runbook.Text), (runbook, search) => (runbook, Query: QueryOf(search.Groups["query"].Value))).ToList();
        var routes = Operations.Of(shop).Select(operation => $"{operation.Method} {operation.Route}").ToHashSet();

        searches.Count.ShouldBeGreaterThan(15);
        foreach (var (runbook, query) in searches)
        {
            query["service"].ShouldBeOneOf("ecommerce", "ecommerce-gateway");
            query.Keys.Except(["service", "operation", "tags", "minDuration", "lookback", "limit"]).ShouldBeEmpty(runbook.Path);
            if (query.GetValueOrDefault("operation") is { } operation)
                (TelemetryPage.Spans.Contains(operation) || routes.Contains(operation) || IsCommand(operation)).ShouldBeTrue($"{runbook}: no span is called {operation}");
            // Jaeger makes the first two of a span's status and kind.
            var tags = System.Text.Json.JsonDocument.Parse(query.GetValueOrDefault("tags", "{}")).RootElement.EnumerateObject().Select(tag => tag.Name);
            tags.Except(["error", "span.kind"]).Except(TelemetryPage.Attributes).ShouldBeEmpty(runbook.Path);
        }
    }

    // A slice is a file at its module's root, named as its span.
    private static bool IsCommand(string name) =>
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src/Modules")).Any(module => File.Exists(Path.Combine(module, $"{name}.cs")));

    private static Dictionary<string, string> QueryOf(string query) => query.Split('&').Select(pair => pair.Split('=', 2))
        .ToDictionary(pair => pair[0], pair => Uri.UnescapeDataString(pair[1]), StringComparer.Ordinal);

    // Words before a comparison, and those by which a sum is made; what is quoted is a value.
    private static IEnumerable<string> FieldsIn(string logql)
    {
        var bare = Quoted().Replace(Streams.Aggregate(logql, (text, stream) => text.Replace(stream, "", StringComparison.Ordinal)), "\"\"");
        return Compared().Matches(bare).Concat(Grouped().Matches(bare)).SelectMany(match => match.Groups["field"].Captures).Select(field => field.Value);
    }

    [GeneratedRegex("\"[^\"]*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"(?<field>[A-Za-z_]\w*)\s*(=~|!~|!=|==|>=|<=|=|>|<)", RegexOptions.ExplicitCapture)]
    private static partial Regex Compared();

    [GeneratedRegex(@"by \(((?<field>\w+)(, )?)+\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Grouped();

    [GeneratedRegex("\\b(?<field>event|round)(=|=~|!=)\"(?<value>[^\"]*)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex Value();

    [GeneratedRegex("\"(?<field>event|round)\":\"(?<value>[a-z_. ]+)\"", RegexOptions.ExplicitCapture)]
    private static partial Regex JsonValue();

    [GeneratedRegex("""['*(,]"(?<field>[A-Za-z_.]+)":""", RegexOptions.ExplicitCapture)]
    private static partial Regex JsonField();

    [GeneratedRegex(@"http://127\.0\.0\.1:16686/search\?(?<query>[^>\s]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Search();
}
