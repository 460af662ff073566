using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Observability.Health;
using Observability.Settings;

namespace Observability.Tests;

public sealed class HealthTests
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health")]
    [InlineData("/health/ready")]
    [InlineData("/ready")]
    [InlineData("/health/startup")]
    public async Task A_healthy_host_says_so_in_the_shape_that_was_promised(string path)
    {
        await using var host = await ObservedHost.StartAsync();

        var (status, body) = await AskAsync(host, path);

        status.ShouldBe(HttpStatusCode.OK);
        body.EnumerateObject().Select(member => member.Name).ShouldBe(["status", "service", "version", "topology", "timestamp", "checks"]);
        body.GetProperty("status").GetString().ShouldBe("healthy");
        body.GetProperty("service").GetString().ShouldBe("ecommerce");
        body.GetProperty("timestamp").GetDateTimeOffset().ShouldBe(DateTimeOffset.UtcNow, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_failing_dependency_takes_the_host_out_of_traffic_and_leaves_it_alive()
    {
        await using var host = await ObservedHost.StartAsync(WithCheck(
            "database", HealthTags.Ready, _ => Task.FromResult(HealthCheckResult.Unhealthy("no answer", data: new Dictionary<string, object> { ["pool"] = 20 }))));

        var (status, body) = await AskAsync(host, "/health/ready");

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.GetProperty("status").GetString().ShouldBe("unhealthy");
        var check = body.GetProperty("checks").GetProperty("database");
        check.EnumerateObject().Select(member => member.Name).ShouldBe(["status", "responseTimeMs", "message", "details"]);
        check.GetProperty("status").GetString().ShouldBe("unhealthy");
        check.GetProperty("message").GetString().ShouldBe("no answer");
        check.GetProperty("details").GetProperty("pool").GetInt32().ShouldBe(20);
        (await host.MetricAsync("""health_check_status{check="database"}""")).ShouldBe(0);
        (await host.LineAsync("health.changed")).GetProperty("check").GetString().ShouldBe("database");
        (await AskAsync(host, "/health/live")).Status.ShouldBe(HttpStatusCode.OK);
        (await AskAsync(host, "/health/startup")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("false", HttpStatusCode.OK)]
    [InlineData("true", HttpStatusCode.ServiceUnavailable)]
    public async Task A_degraded_host_serves_unless_it_is_told_not_to(string strict, HttpStatusCode expected)
    {
        await using var host = await ObservedHost.StartAsync(builder =>
        {
            builder.Configuration["Health:DegradedIsUnhealthy"] = strict;
            WithCheck("disk", HealthTags.Ready, _ => Task.FromResult(HealthCheckResult.Degraded("nearly full")))(builder);
        });

        var (status, body) = await AskAsync(host, "/ready");

        status.ShouldBe(expected);
        body.GetProperty("status").GetString().ShouldBe("degraded");
        (await host.MetricAsync("""health_check_status{check="disk"}""")).ShouldBe(0.5);
    }

    [Fact]
    public async Task A_check_that_hangs_and_ignores_its_token_is_unhealthy_after_its_time()
    {
        await using var host = await ObservedHost.StartAsync(builder =>
        {
            builder.Configuration["Health:TimeoutSeconds"] = "0.1";
            WithCheck("database", HealthTags.Ready, _ => new TaskCompletionSource<HealthCheckResult>().Task)(builder);
        });

        var (status, body) = await AskAsync(host, "/ready");

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.GetProperty("checks").GetProperty("database").GetProperty("message").GetString().ShouldBe("No answer within 0.1 s.");
    }

    [Fact]
    public async Task A_check_that_throws_keeps_its_message_from_the_public()
    {
        await using var host = await ObservedHost.StartAsync(WithCheck(
            "database", HealthTags.Ready, _ => throw new InvalidOperationException("Host=secret-address")));

        var (status, body) = await AskAsync(host, "/ready");

        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.GetProperty("checks").GetProperty("database").GetProperty("message").GetString().ShouldBe("The check failed: InvalidOperationException.");
        body.GetRawText().ShouldNotContain("secret-address");
    }

    [Fact]
    public async Task A_hundred_probes_at_once_are_one_check()
    {
        var runs = 0;
        await using var host = await ObservedHost.StartAsync(builder =>
        {
            builder.Configuration["Health:CacheSeconds"] = "60";
            builder.Services.Configure<HealthCheckPublisherOptions>(round => round.Delay = TimeSpan.FromHours(1));
            WithCheck("database", HealthTags.Ready, _ =>
            {
                Interlocked.Increment(ref runs);
                return Task.FromResult(HealthCheckResult.Healthy());
            })(builder);
        });

        await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => host.Client.GetAsync("/health/ready")));

        runs.ShouldBe(1);
    }

    [Fact]
    public async Task A_result_older_than_the_cache_time_is_checked_anew()
    {
        var isDown = false;
        await using var host = await ObservedHost.StartAsync(builder =>
        {
            builder.Configuration["Health:CacheSeconds"] = "0";
            WithCheck("database", HealthTags.Ready, _ => Task.FromResult(isDown ? HealthCheckResult.Unhealthy() : HealthCheckResult.Healthy()))(builder);
        });
        (await AskAsync(host, "/ready")).Status.ShouldBe(HttpStatusCode.OK);

        isDown = true;

        (await AskAsync(host, "/ready")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
    }

    [Fact]
    public async Task A_host_that_does_not_want_traffic_says_so_at_once_and_says_why()
    {
        await using var host = await ObservedHost.StartAsync();
        var readiness = host.Services.GetRequiredService<Readiness>();
        (await AskAsync(host, "/ready")).Status.ShouldBe(HttpStatusCode.OK);

        readiness.Disable("stopping");

        var (status, body) = await AskAsync(host, "/ready");
        status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        body.GetProperty("checks").GetProperty("readiness").GetProperty("message").GetString().ShouldBe("stopping");
        (await host.MetricAsync("""health_check_status{check="readiness"}""")).ShouldBe(0);
        (await AskAsync(host, "/health/live")).Status.ShouldBe(HttpStatusCode.OK);

        readiness.Enable();
        (await host.MetricAsync("""health_check_status{check="readiness"}""")).ShouldBe(1);
        (await AskAsync(host, "/ready")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task The_status_of_a_check_is_a_metric_even_when_nobody_probes()
    {
        await using var host = await ObservedHost.StartAsync(builder =>
        {
            builder.Services.Configure<HealthCheckPublisherOptions>(round => round.Delay = TimeSpan.Zero);
            WithCheck("database", HealthTags.Ready, _ => Task.FromResult(HealthCheckResult.Healthy()))(builder);
        });

        await host.MetricBecomesAsync("""health_check_status{check="database"}""", 1);
    }

    [Fact]
    public async Task A_check_leaves_no_spans()
    {
        await using var host = await ObservedHost.StartAsync(builder =>
        {
            builder.Services.Configure<HealthCheckPublisherOptions>(round => round.Delay = TimeSpan.Zero);
            WithCheck("database", HealthTags.Ready, _ =>
            {
                using var span = Tracing.Traces.Source("ECommerce.Platform").StartActivity("SELECT 1");
                return Task.FromResult(HealthCheckResult.Healthy());
            })(builder);
        });

        await host.MetricBecomesAsync("""health_check_status{check="database"}""", 1);
        await AskAsync(host, "/ready");

        host.Spans.ShouldBeEmpty();
    }

    [Fact]
    public async Task The_version_says_which_build_runs()
    {
        await using var host = await ObservedHost.StartAsync();

        var (_, body) = await AskAsync(host, "/version");

        body.GetProperty("version").GetString().ShouldBe(BuildInfo.Current.Version);
        body.GetProperty("commit").GetString().ShouldBe(BuildInfo.Current.Commit);
        body.GetProperty("runtime").GetString().ShouldBe(Environment.Version.ToString());
        body.GetProperty("topology").GetString().ShouldBe("monolith");
    }

    private static Action<WebApplicationBuilder> WithCheck(string name, string tag, Func<CancellationToken, Task<HealthCheckResult>> check) =>
        builder => builder.Services.AddHealthChecks().AddAsyncCheck(name, check, [tag]);

    private static async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(ObservedHost host, string path)
    {
        var response = await host.Client.GetAsync(path);
        return (response.StatusCode, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }
}
