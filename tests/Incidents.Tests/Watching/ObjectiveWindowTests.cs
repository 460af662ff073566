using System.Globalization;
using ECommerce.Incidents.Watching;

namespace ECommerce.Incidents.Tests.Watching;

public sealed class ObjectiveWindowTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 31, 12, 0, 0, TimeSpan.Zero);

    private readonly ObjectiveWindow _window = new();
    private int _seconds;

    [Fact]
    public void Requests_that_are_served_in_time_meet_the_objectives()
    {
        Pass((100, 0, 0), (200, 0, 1), (300, 0, 2));
        Broken(usual: 50).ShouldBeEmpty();
    }

    [Fact]
    public void More_than_a_burning_share_of_errors_breaks_the_objective_of_its_module()
    {
        Pass((100, 0, 0), (200, 10, 0));
        Broken().ShouldBe(["orders: requests fail"]);
    }

    [Fact]
    public void A_few_errors_do_not()
    {
        Pass((100, 0, 0), (110, 4, 4));
        Broken().ShouldBeEmpty();
    }

    [Fact]
    public void Slow_requests_break_the_objective()
    {
        Pass((100, 0, 0), (200, 0, 20));
        Broken().ShouldBe(["orders: requests are slow"]);
    }

    [Fact]
    public void What_was_before_the_window_is_forgotten()
    {
        Pass((100, 0, 0), (200, 50, 20), (300, 50, 20), (400, 50, 20));
        _window.BrokenBetween(At(2), At(_seconds), 0).ShouldBeEmpty();
    }

    [Fact]
    public void The_counters_of_the_next_host_begin_at_zero()
    {
        Pass((1000, 90, 0), (50, 0, 0), (150, 0, 0));
        Broken().ShouldBeEmpty();
        _window.RateBetween(At(1), At(3)).ShouldBe(75);
    }

    [Fact]
    public void A_host_that_does_not_answer_or_that_nobody_reaches_meets_no_objective()
    {
        Pass((100, 0, 0), null, (110, 0, 0));
        Broken(usual: 100).ShouldBe(["the host did not answer", "fewer requests arrive than usual"]);
    }

    private static DateTimeOffset At(int second) => Start.AddSeconds(second);

    private IReadOnlyList<string> Broken(double usual = 0) => _window.BrokenBetween(Start, At(_seconds), usual);

    private void Pass(params (int Requests, int Errors, int Slow)?[] seconds)
    {
        foreach (var second in seconds)
            _window.Add(At(++_seconds), second is var (requests, errors, slow) ? Metrics.Parse(Page(requests, errors, slow)) : null);
    }

    private static string Page(int requests, int errors, int slow) => string.Create(CultureInfo.InvariantCulture, $"""
        http_requests_total[service="orders-service",method="GET",path="/api/orders",status="200"] {requests - errors}
        http_requests_total[service="orders-service",method="GET",path="/api/orders",status="503"] {errors}
        http_request_duration_seconds_bucket[service="orders-service",method="GET",path="/api/orders",status="200",le="0.5"] {requests - errors - slow}
        http_request_duration_seconds_bucket[service="orders-service",method="GET",path="/api/orders",status="200",le="+Inf"] {requests - errors}
        http_request_duration_seconds_count[service="orders-service",method="GET",path="/api/orders",status="200"] {requests - errors}
        http_request_duration_seconds_count[service="orders-service",method="GET",path="/api/orders",status="503"] {errors}
        """).Replace('[', '{').Replace(']', '}');
}
