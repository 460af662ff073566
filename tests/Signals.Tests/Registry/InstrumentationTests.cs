using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ECommerce.Generate.Telemetry;
using Observability.Metrics;

namespace ECommerce.Signals.Tests.Registry;

/// <summary>Rules of good instrumentation, held against a day on which everything happens; docs/gallery shows what each of them catches.</summary>
[Collection(OneFullDay.Name)]
public sealed partial class InstrumentationTests(FullDay day)
{
    // Observations of a family, from which on their spread over the buckets says something.
    private const int Enough = 20;

    // These wait for a queue that is empty on a machine with nothing else to do.
    private static readonly string[] Idle = ["thread_pool_delay_seconds", "password_hashing_wait_seconds"];

    private readonly Declared _declared = Declared.By(day.Services);

    [Fact]
    public void No_label_holds_the_id_of_a_thing() =>
        (from series in Series().Matches(day.Exposition)
         from label in Labels().Matches(series.Groups["labels"].Value)
         where series.Groups["name"].Value != "build_info" && label.Groups["name"].Value != "le" && Id().IsMatch(label.Groups["value"].Value)
         select $"{series.Groups["name"].Value}{{{label.Groups["name"].Value}}}")
        .Distinct()
        .ShouldBeEmpty("Each id is a series of its own.");

    [Fact]
    public void A_name_says_the_type_and_the_base_unit_as_Prometheus_wants_it() =>
        _declared.Metrics.SelectMany(metric => Misnamed(metric).Select(wrong => $"{metric.Name}: {wrong}")).ShouldBeEmpty();

    [Fact]
    public void The_buckets_of_a_histogram_tell_its_observations_apart() =>
        (from metric in _declared.Metrics
         where metric.Buckets is not null && !Idle.Contains(metric.Name)
         let counts = CountsOf(metric)
         let all = counts.Sum()
         where all >= Enough && counts.Max() == all
         select $"{metric.Name}: all of {all} observations are in one bucket of {string.Join(' ', metric.Buckets!)}")
        .ShouldBeEmpty();

    [Fact]
    public void A_bucket_ends_where_the_objective_of_latency_does() =>
        _declared.Metrics.Where(metric => metric.Name is "http_request_duration_seconds" or "command_duration_seconds")
            .Where(metric => !metric.Buckets!.Contains(Latency.Slow))
            .Select(metric => $"{metric.Name} has no bucket that ends at {Latency.Slow.ToString(CultureInfo.InvariantCulture)} s")
            .ShouldBeEmpty();

    [Fact]
    public void An_exception_of_a_request_is_written_once() =>
        (from line in day.Lines
         where line.TryGetProperty("exception", out _) || line.TryGetProperty("exception.type", out _)
         group line by (line.TryGetProperty("request_id", out var id) ? id.GetString() : null) into request
         where request.Key is not null && request.Count() > 1
         select string.Join(" | ", request.Select(line => line.GetProperty("template").GetString())))
        .ShouldBeEmpty();

    [Fact]
    public void A_refusal_is_no_error_of_its_span() =>
        day.SpansOfTheDay.Where(span => span.GetTagItem("app.outcome") is "rejected" && span.Status is ActivityStatusCode.Error)
            .Select(span => $"{span.DisplayName} was refused with {span.GetTagItem("app.error.code")}, and its span is an error")
            .Distinct().ShouldBeEmpty();

    [Fact]
    public async Task What_is_counted_has_been_committed() =>
        Regex.Match(day.Exposition, @"^users_registered_total (?<count>\d+)", RegexOptions.Multiline).Groups["count"].Value
            .ShouldBe($"{await day.ScalarAsync<long>("SELECT count(*) FROM users.users WHERE role = 'customer'")}", "users_registered_total and the rows of users.users");

    [Fact]
    public async Task An_order_of_many_lines_writes_as_many_log_lines_as_an_order_of_one()
    {
        // Too many have registered on this day for one customer more.
        var customer = await day.Given.AdminAsync();
        List<(Product, int)> products = [];
        for (var line = 0; line < 5; line++)
            products.Add((await day.Given.AProductAsync(), 1));

        var one = await LinesOfAsync(customer, products[0]);
        var many = await LinesOfAsync(customer, [.. products]);

        many.ShouldBe(one);
    }

    private async Task<string[]> LinesOfAsync(Customer customer, params (Product, int)[] lines)
    {
        var name = Guid.NewGuid().ToString("N");
        var answer = await day.PostAsync("/api/orders", Given.Lines(lines), customer, ("Idempotency-Key", Guid.CreateVersion7().ToString()), ("X-Request-Id", name));
        answer.Status.ShouldBe(201);
        // The completion line is the last one of a request.
        return await Eventually.GetAsync(() =>
            Told(name) is { Length: > 0 } told && told[^1].StartsWith("request.completed", StringComparison.Ordinal) ? told : null, "the request has its completion line");
    }

    private string[] Told(string requestId) =>
    [
        .. from line in day.Lines
           where line.TryGetProperty("request_id", out var id) && id.GetString() == requestId
           select $"{(line.TryGetProperty("event", out var name) ? name.GetString() : "")} {line.GetProperty("template").GetString()}",
    ];

    // https://prometheus.io/docs/practices/naming/
    private static IEnumerable<string> Misnamed(MetricDeclaration metric)
    {
        if (metric.Name.EndsWith("_total", StringComparison.Ordinal) != (metric.Type == "counter"))
            yield return metric.Type == "counter" ? "a counter ends in _total" : $"it ends in _total and is a {metric.Type}";
        if (OtherUnit().Match(metric.Name) is { Success: true, Value: var unit })
            yield return $"{unit.Trim('_')} is no base unit";
        if (metric.Type == "histogram" && metric.Name.Contains("duration", StringComparison.Ordinal) && !metric.Name.EndsWith("_seconds", StringComparison.Ordinal))
            yield return "a duration ends in _seconds";
    }

    /// <returns>How many observations of all series are in each bucket, the infinite one last.</returns>
    private long[] CountsOf(MetricDeclaration metric)
    {
        var upTo = Regex.Matches(day.Exposition, $$"""^{{metric.Name}}_bucket\{[^\n]*le="(?<le>[^"]+)"\} (?<count>\d+)""", RegexOptions.Multiline)
            .GroupBy(bucket => bucket.Groups["le"].Value, bucket => long.Parse(bucket.Groups["count"].ValueSpan, CultureInfo.InvariantCulture))
            .OrderBy(bucket => bucket.Key == "+Inf" ? double.PositiveInfinity : double.Parse(bucket.Key, CultureInfo.InvariantCulture))
            .Select(bucket => bucket.Sum()).ToArray();
        return [.. upTo.Select((count, at) => at == 0 ? count : count - upTo[at - 1])];
    }

    [GeneratedRegex(@"^(?<name>[a-z_]+)\{(?<labels>[^\n]*)\} \S+$", RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex Series();

    [GeneratedRegex("""(?<name>[a-z_]+)="(?<value>(\\.|[^"\\])*)",?""", RegexOptions.ExplicitCapture)]
    private static partial Regex Labels();

    // A UUID in any spelling, an e-mail, or a number of more digits than a status has.
    [GeneratedRegex("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}|@|^[0-9]{4,}$", RegexOptions.IgnoreCase)]
    private static partial Regex Id();

    [GeneratedRegex("_(ms|millis|milliseconds|us|microseconds|ns|nanoseconds|minutes|hours|days|kb|mb|kilobytes|megabytes|percent)(?=_|$)")]
    private static partial Regex OtherUnit();
}
