using ECommerce.Incidents.Judging;
using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Tests.Judging;

public sealed class AnswerFileTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 31, 0, 10, 0, TimeSpan.Zero);

    [Fact]
    public void An_answer_is_read_from_YAML()
    {
        var (answer, wrong) = AnswerFile.Read("""
            wrong: yes
            since: 23:59:30
            causes:
              - where: orders/PlaceOrder
                what: slow_release
                who: module orders
            """, Now);
        wrong.ShouldBeEmpty();
        answer!.IsWrong.ShouldBeTrue();
        answer.Since.ShouldBe(new DateTimeOffset(2026, 1, 30, 23, 59, 30, TimeSpan.Zero));
        answer.Causes.ShouldBe([new("orders/PlaceOrder", Mechanisms.SlowRelease, Scopes.Module, "orders")]);
    }

    [Fact]
    public void An_answer_is_read_from_JSON() =>
        AnswerFile.Read("""{"wrong": "no"}""", Now).Answer!.IsWrong.ShouldBeFalse();

    [Fact]
    public void The_template_is_no_answer_yet() => AnswerFile.Read(AnswerFile.Template, Now).Wrong.ShouldContain("wrong: must be yes or no.");

    [Theory]
    [InlineData("wrong: perhaps", "wrong: must be yes or no.")]
    [InlineData("wrong: yes\nsince: noon", "since: must be a time such as 12:34:56, in UTC.")]
    [InlineData("wrong: yes\nwhy: because", "why: there is no such key.")]
    [InlineData("wrong: yes\ncauses: slow", "causes: must be a list.")]
    [InlineData("wrong: yes\ncauses: [1]", "causes[0]: must be a mapping with the keys where, what and who.")]
    [InlineData("wrong: yes\ncauses: [{where: moon, what: deadlock, who: all}]", "causes[0].where: 'moon' is no place of the list.")]
    [InlineData("wrong: yes\ncauses: [{where: orders, what: gremlins, who: all}]", "causes[0].what: 'gremlins' is no mechanism of the list.")]
    [InlineData("wrong: yes\ncauses: [{where: orders, what: deadlock, who: group}]", "causes[0].who: must say which group.")]
    [InlineData("wrong: yes\ncauses: [{where: orders, what: deadlock, who: all of them}]", "causes[0].who: 'all' has nothing behind it.")]
    [InlineData("wrong: no\ncauses: [{where: orders, what: deadlock, who: all}]", "causes: must be left out when nothing is wrong.")]
    [InlineData("- wrong", "The answer must be a mapping with the keys wrong, since and causes.")]
    public void A_wrong_answer_is_refused_with_the_field(string text, string why)
    {
        var (answer, wrong) = AnswerFile.Read(text, Now);
        answer.ShouldBeNull();
        wrong.ShouldBe([why]);
    }

    [Fact]
    public void A_file_that_is_no_YAML_is_refused_with_the_line() => AnswerFile.Read("wrong: [", Now).Wrong.ShouldHaveSingleItem().ShouldStartWith("The answer is no YAML: line ");

    [Fact]
    public void A_long_file_is_refused() => AnswerFile.Read(new('#', 10_001), Now).Wrong.ShouldBe(["The answer must not be longer than 10000 characters."]);
}
