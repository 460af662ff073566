using ECommerce.Incidents.Judging;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Planning;
using Answer = ECommerce.Incidents.Judging.Answer;

namespace ECommerce.Incidents.Tests.Judging;

public sealed class ScoringTests
{
    private static readonly DateTimeOffset Began = new(2026, 1, 31, 12, 1, 0, TimeSpan.Zero);
    private static readonly CausePlan SlowRelease = new(Mechanisms.SlowRelease, "orders/GetOrder", Scopes.Module, "orders", 0.5);
    private static readonly CausePlan Guesser = new(Mechanisms.PasswordGuessing, "users/Login", Scopes.Client, "203.0.113.7", 0.5);
    private static readonly Observations Cured = new(Began, Began.AddMinutes(3), IsCured: true, ObjectivesMet: true, [], [], 0, ["act rollback"]);

    private static readonly AnsweredCause Right = new("orders/GetOrder", Mechanisms.SlowRelease, Scopes.Module, "orders");

    [Fact]
    public void Whoever_finds_everything_and_cures_it_has_a_hundred() =>
        Of([SlowRelease], Says(Right)).ShouldBe(new(15, 25, 20, 10, 10, 20));

    [Theory]
    [InlineData("orders/GetOrder", 25)]
    [InlineData("orders", 12)]
    [InlineData("orders.orders", 12)]
    [InlineData("orders/PayOrder", 4)]
    [InlineData("database/disk", 0)]
    public void A_place_is_worth_less_for_each_hop(string place, double points) =>
        Of([SlowRelease], Says(Right with { Where = place })).Place.ShouldBe(points);

    [Theory]
    [InlineData(-30, 10)]
    [InlineData(30, 10)]
    [InlineData(31, 5)]
    [InlineData(-61, 0)]
    public void An_onset_is_right_within_the_tolerance(int secondsOff, double points) =>
        Of([SlowRelease], new(true, Began.AddSeconds(secondsOff), [Right])).Onset.ShouldBe(points);

    [Theory]
    [InlineData(Scopes.Module, "orders", 10)]
    [InlineData(Scopes.Module, "users", 6)]
    [InlineData(Scopes.All, null, 0)]
    public void A_scope_counts_by_its_kind_and_its_target(string who, string? target, double points) =>
        Of([SlowRelease], Says(Right with { Who = who, Target = target })).Scope.ShouldBe(points);

    [Fact]
    public void Onset_and_scope_count_only_for_whoever_has_found_the_cause() =>
        Of([SlowRelease], Says(Right with { Where = "orders", What = Mechanisms.MissingIndex })).ShouldBe(new(5, 12, 0, 0, 0, 20));

    [Fact]
    public void A_false_alarm_has_no_points() => Of([], Says(Right)).ShouldBe(Score.Nothing);

    [Fact]
    public void An_alarm_before_the_cause_is_a_false_one() =>
        Scoring.Score(PlanOf(SlowRelease), Says(Right), Cured with { Answered = Began.AddSeconds(-1) }, Pace.Usual).ShouldBe(Score.Nothing);

    [Fact]
    public void Whoever_sees_that_nothing_is_wrong_has_a_hundred() => Of([], Answer.Nothing).Total.ShouldBe(100);

    [Fact]
    public void Whoever_takes_something_wrong_for_nothing_has_no_points() => Of([SlowRelease], Answer.Nothing).ShouldBe(Score.Nothing);

    [Fact]
    public void No_answer_has_no_points() => Of([SlowRelease], null).ShouldBe(Score.Nothing);

    public static TheoryData<string> Spoiled => ["no action", "objectives", "alerts", "cause"];

    [Theory]
    [MemberData(nameof(Spoiled))]
    public void A_cure_needs_an_action_met_objectives_silent_alerts_and_a_cause_that_is_gone(string missing)
    {
        var seen = missing switch
        {
            "no action" => Cured with { Actions = [] },
            "objectives" => Cured with { ObjectivesMet = false },
            "alerts" => Cured with { FiringAlerts = ["HostNotReady"] },
            _ => Cured with { IsCured = false },
        };
        Scoring.Score(PlanOf(SlowRelease), Says(Right), seen, Pace.Usual).ShouldBe(new(15, 25, 20, 10, 10, 0));
    }

    [Fact]
    public void Lost_orders_and_findings_of_the_audit_cost_points()
    {
        Scoring.Score(PlanOf(SlowRelease), Says(Right), Cured with { OrdersLost = 1, AuditFindings = ["one is gone"] }, Pace.Usual).Mitigation.ShouldBe(12);
        Scoring.Score(PlanOf(SlowRelease), Says(Right), Cured with { AuditFindings = ["a sum is wrong"] }, Pace.Usual).Mitigation.ShouldBe(15);
    }

    [Fact]
    public void Two_causes_may_be_named_in_any_order()
    {
        var guesser = new AnsweredCause("users/Login", Mechanisms.PasswordGuessing, Scopes.Client, "203.0.113.7");
        Of([SlowRelease, Guesser], Says(guesser, Right)).Total.ShouldBe(100);
        Of([SlowRelease, Guesser], Says(guesser)).ShouldBe(new(15, 12.5, 10, 10, 5, 20));
    }

    [Fact]
    public void A_second_guess_halves_the_points_of_the_first() =>
        Of([SlowRelease], Says(Right, new("database/disk", Mechanisms.Deadlock, Scopes.All, null))).ShouldBe(new(15, 12.5, 10, 10, 5, 20));

    private static Answer Says(params AnsweredCause[] causes) => new(true, Began, causes);

    private static Plan PlanOf(params CausePlan[] causes) => new(1, 1, 0.5, causes, []);

    private static Score Of(CausePlan[] causes, Answer? answer) => Scoring.Score(PlanOf(causes), answer, Cured, Pace.Usual);
}
