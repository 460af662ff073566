using System.Net;
using System.Text.Json;
using Observability.Console.Alerting;
using Observability.Console.Sampling;
using Observability.Console.Tests.PromQl;

namespace Observability.Console.Tests.Alerting;

/// <summary>Alerts, budgets and expressions over HTTP, from a host with rules of its own.</summary>
public sealed class AlertApiTests
{
    private const string Rules = """
        groups:
          - name: sales
            rules:
              - record: slo:availability:objective
                expr: vector(0.9)
              - record: shop:slo_availability_errors:ratio_rate5m
                expr: vector(0.2)
              - record: shop:slo_availability:error_budget_remaining_ratio
                expr: 1 - shop:slo_availability_errors:ratio_rate5m / (1 - scalar(slo:availability:objective))
              - alert: SalesHappen
                expr: sum by (path) (http_requests_total{path=~"/api/sales.*", job="tills"}) > 2
                labels: {severity: page}
                annotations:
                  summary: '{{ $value }} sales at {{ $labels.path }}'
                  runbook_url: docs/runbooks/sales-happen.md
              - alert: SalesGoOn
                expr: sum(http_requests_total{path=~"/api/sales.*"}) > 2
                for: 1h
                labels: {severity: ticket}
                annotations: {runbook_url: docs/runbooks/elsewhere.md}
              - alert: LooksBack
                expr: shop:slo_availability_errors:ratio_rate5m and max_over_time(shop:slo_availability_errors:ratio_rate5m[5m]) > 0
              - alert: NeverHappens
                expr: vector(1) > 2
                labels: {severity: ticket}
              - alert: HostDown
                expr: absent(up{job="tills"})
                labels: {severity: page}
              - alert: Forecast
                expr: predict_linear(http_requests_total[5m], 60) > 1
                labels: {severity: ticket}
              - alert: OfAnother
                expr: process_start_time_seconds{job="gateway"} > 1
                labels: {severity: ticket}
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Alerts_are_evaluated_here_and_say_what_needs_Prometheus()
    {
        await using var host = await StartAsync();
        for (var i = 1; i <= 3; i++)
            await host.SellAsync(i);
        var answer = await EvaluatedAsync(host, answer => AlertOf(answer, "SalesHappen").GetProperty("state").GetString() == "firing");

        answer.GetProperty("source").GetString().ShouldBe("console");
        answer.TryGetProperty("note", out _).ShouldBeFalse();
        var firing = AlertOf(answer, "SalesHappen");
        firing.GetProperty("summary").GetString()!.ShouldStartWith("3 sales at /api/sales");
        firing.GetProperty("value").GetDouble().ShouldBe(3);
        firing.GetProperty("severity").GetString().ShouldBe("page");
        firing.GetProperty("runbook").GetString().ShouldBe("/console/runbooks/sales-happen");
        firing.GetProperty("labels").GetProperty("path").GetString()!.ShouldStartWith("/api/sales");
        var pending = AlertOf(answer, "SalesGoOn");
        pending.GetProperty("state").GetString().ShouldBe("pending");
        pending.GetProperty("runbook").GetString().ShouldBe("docs/runbooks/elsewhere.md");
        pending.GetProperty("since").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UtcNow - Patience);
        // What is recorded has the labels of its expression alone, at once and looked back at.
        AlertOf(answer, "LooksBack").GetProperty("state").GetString().ShouldBe("firing");
        AlertOf(answer, "NeverHappens").GetProperty("state").GetString().ShouldBe("inactive");
        AlertOf(answer, "HostDown").GetProperty("note").GetString().ShouldBe("needs Prometheus: this host has no metric up");
        AlertOf(answer, "Forecast").GetProperty("note").GetString().ShouldBe("needs Prometheus: unsupported: predict_linear");
        AlertOf(answer, "OfAnother").GetProperty("note").GetString().ShouldBe("needs Prometheus: process_start_time_seconds is of another target: job=\"gateway\"");
        AlertOf(answer, "HostDown").GetProperty("state").GetString().ShouldBe("unknown");
        var budget = answer.GetProperty("budgets").EnumerateArray().Single();
        budget.GetProperty("slo").GetString().ShouldBe("availability");
        budget.GetProperty("objective").GetDouble().ShouldBe(0.9);
        budget.GetProperty("left").GetDouble().ShouldBe(-1, 1e-9);
        budget.GetProperty("burn").GetProperty("5m").GetDouble().ShouldBe(2, 1e-9);
    }

    [Fact]
    [Trait("Category", "Running")]
    public async Task Prometheus_is_asked_while_it_answers_and_its_silence_is_said()
    {
        const string rules = """
            groups:
              - name: sales
                rules:
                  - {record: 'slo:availability:objective', expr: vector(0.9)}
                  - {record: 'shop:slo_availability_errors:ratio_rate1h', expr: vector(0.3)}
                  - {alert: FromPrometheus, expr: 'vector(7)', labels: {severity: page}, annotations: {summary: 'it is {{ $value }}', runbook_url: docs/runbooks/sales-happen.md}}
                  - {alert: Quiet, expr: 'vector(7) > 8'}
            """;
        await using var prometheus = await PrometheusOracle.StartAsync(new MemorySource().Add("a", [], [(1_700_000_000_000, 1)]).Series, rules, "1s");
        await using var host = await StartAsync(("Console:Prometheus", prometheus.Address.ToString()));

        var answer = await EvaluatedAsync(host, answer => answer.GetProperty("source").GetString() == "prometheus" && AlertOf(answer, "FromPrometheus").TryGetProperty("value", out _)
            && answer.GetProperty("budgets").GetArrayLength() > 0);
        var firing = AlertOf(answer, "FromPrometheus");
        (firing.GetProperty("state").GetString(), firing.GetProperty("summary").GetString(), firing.GetProperty("value").GetDouble()).ShouldBe(("firing", "it is 7", 7));
        firing.GetProperty("runbook").GetString().ShouldBe("/console/runbooks/sales-happen");
        AlertOf(answer, "Quiet").GetProperty("state").GetString().ShouldBe("inactive");
        answer.GetProperty("budgets").EnumerateArray().Single().GetProperty("burn").GetProperty("1h").GetDouble().ShouldBe(3, 1e-9);

        await prometheus.DisposeAsync();
        var own = await EvaluatedAsync(host, answer => answer.GetProperty("source").GetString() == "console");
        own.GetProperty("note").GetString().ShouldBe("Prometheus does not answer: the console evaluates the rules itself.");
        own.GetProperty("alerts").EnumerateArray().ShouldContain(alert => alert.GetProperty("name").GetString() == "NeverHappens");
    }

    [Fact]
    public async Task An_expression_is_answered_as_Prometheus_does()
    {
        await using var host = await StartAsync();
        for (var i = 1; i <= 3; i++)
            await host.SellAsync(i);
        const string expression = "sum by (job) (http_requests_total{path=~\"/api/sales.*\"})";
        var now = await AnsweredAsync(host, $"query?expr={Uri.EscapeDataString(expression)}", answer => answer.GetProperty("data").GetProperty("result").GetArrayLength() > 0);

        now.GetProperty("status").GetString().ShouldBe("success");
        now.GetProperty("data").GetProperty("resultType").GetString().ShouldBe("vector");
        var series = now.GetProperty("data").GetProperty("result").EnumerateArray().Single();
        series.GetProperty("metric").GetProperty("job").GetString().ShouldBe("tills");
        series.GetProperty("value")[1].GetString().ShouldBe("3");
        DateTimeOffset.FromUnixTimeMilliseconds((long)(series.GetProperty("value")[0].GetDouble() * 1000)).ShouldBe(DateTimeOffset.UtcNow, Patience);

        var from = Uri.EscapeDataString(DateTimeOffset.UtcNow.AddMinutes(-1).ToString("O"));
        var matrix = (await host.AskAsync($"query?expr=1%2B1&from={from}&step=20s")).GetProperty("data");
        matrix.GetProperty("resultType").GetString().ShouldBe("matrix");
        matrix.GetProperty("result").EnumerateArray().Single().GetProperty("values").EnumerateArray().Select(step => step[1].GetString()).ShouldBe(["2", "2", "2", "2"]);
        (await host.AskAsync("query?expr=1e-7*3")).GetProperty("data").ToString().ShouldContain("\"0.0000003\"");
        (await host.AskAsync("query?expr=2^80/-0")).GetProperty("data").GetProperty("result")[1].GetString().ShouldBe("-Inf");
        (await host.AskAsync("query?expr=%22text%22")).GetProperty("data").GetProperty("resultType").GetString().ShouldBe("string");
        (await host.AskAsync("query?expr=slo:availability:objective")).GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString().ShouldBe("0.9");
        (await host.AskAsync("query?expr=max_over_time(slo:availability:objective[5m])")).GetProperty("data").GetProperty("result")[0].GetProperty("value")[1].GetString().ShouldBe("0.9");
    }

    [Fact]
    public async Task A_wrong_parameter_is_refused_by_its_name()
    {
        (string Path, string Field)[] mistakes =
        [
            ("query", "expr"),
            ("query?expr=%20", "expr"),
            ("query?expr=sum(", "expr"),
            ("query?expr=stddev(a)", "expr"),
            ("query?expr=max_over_time(vector(1)[1000d:1ms])", "expr"),
            ("query?expr=a[5m]&from=2026-01-01&to=2026-01-02&step=1h", "expr"),
            ("query?expr=1&from=yesterday", "from"),
            ("query?expr=1&from=2026-01-02&to=2026-01-01", "from"),
            ("query?expr=1&from=2026-01-01&to=2026-01-02&step=1s", "step"),
            ("query?expr=1&from=2026-01-01&to=2026-01-02&step=0s", "step"),
            ("query?expr=1&step=1s", "step"),
            ("query?expr=1&time=2026-01-01&to=2026-01-02", "time"),
            ("query?expr=1&expr=2", "expr"),
            ("query?expr=1&query=1", "query"),
            ("alerts?state=firing", "state"),
        ];
        await using var host = await StartAsync();
        foreach (var (path, field) in mistakes)
        {
            using var answer = await host.Client.GetAsync($"/ops/api/{path}");
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, path);
            answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("errors").EnumerateObject().Single().Name.ShouldBe(field, path);
        }
    }

    [Fact]
    public void The_history_of_rules_is_bounded_by_a_day_and_by_its_series()
    {
        var history = new RecordedHistory();
        var random = new Random(1);
        var bytes = 0L;
        const int day = 24 * 60 * 4;
        for (var round = 1; round <= 3 * day; round++)
        {
            history.Add(round * 15_000L, [("a", [.. Enumerable.Range(0, 20).Select(i => new Console.PromQl.Sample(
                Console.PromQl.LabelSet.Of([new("__name__", "a"), new("n", $"{i}"), new("day", i == 0 ? $"{round / day}" : "")]), random.NextDouble()))])]);
            if (round == 2 * day)
                bytes = history.Bytes;
        }

        (history.Bytes - bytes).ShouldBeInRange(-bytes / 10, bytes / 10);
        history.Bytes.ShouldBeLessThan(3 * 1024 * 1024);
        history.Since.ShouldBe(((2 * day) + 1) * 15_000L);
        history.Count.ShouldBe(21);
        var ended = history.Select("a", [new LabelCondition("day", "=", "2")]).Single();
        ended.Read(0, long.MaxValue).Count().ShouldBe(day - 1);

        history.Add(long.MaxValue / 2, [("b", [.. Enumerable.Range(0, 1000).Select(i => new Console.PromQl.Sample(Console.PromQl.LabelSet.Of([new("__name__", "b"), new("n", $"{i}")]), i))])]);
        history.Count.ShouldBe(RecordedHistory.MostSeries);
    }

    private static Task<ConsoleHost> StartAsync(params (string, string?)[] configuration) => ConsoleHost.StartWithAsync(settings =>
    {
        settings.RuleFiles["sales.yml"] = Rules;
        settings.Runbooks["sales-happen"] = "# SalesHappen";
        settings.TargetLabels["job"] = "tills";
    }, [("Console:RuleInterval", "00:00:01"), .. configuration]);

    private static Task<JsonElement> EvaluatedAsync(ConsoleHost host, Func<JsonElement, bool> isExpected) => AnsweredAsync(host, "alerts", isExpected);

    private static async Task<JsonElement> AnsweredAsync(ConsoleHost host, string path, Func<JsonElement, bool> isExpected)
    {
        for (var deadline = Stopwatch.StartNew(); ;)
        {
            var answer = await host.AskAsync(path);
            if (isExpected(answer))
                return answer;
            deadline.Elapsed.ShouldBeLessThan(Patience, $"the last answer is {answer}");
        }
    }

    private static JsonElement AlertOf(JsonElement answer, string name) =>
        answer.GetProperty("alerts").EnumerateArray().FirstOrDefault(alert => alert.GetProperty("name").GetString() == name) is { ValueKind: JsonValueKind.Object } alert
            ? alert : JsonElement.Parse("""{"state": "missing"}""");
}
