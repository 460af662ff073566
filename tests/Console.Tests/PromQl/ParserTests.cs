using Observability.Console.PromQl;

namespace Observability.Console.Tests.PromQl;

public sealed class ParserTests
{
    [Theory]
    [InlineData("stddev(a)", "unsupported: stddev")]
    [InlineData("quantile(0.5, a)", "unsupported: quantile")]
    [InlineData("predict_linear(a[5m], 60)", "unsupported: predict_linear")]
    [InlineData("a @ 7", "unsupported: @")]
    [InlineData("a offset -5m", "unsupported: a negative offset")]
    [InlineData("a atan2 b", "unsupported: atan2")]
    [InlineData("{job=\"a\"}", "unsupported: a selector without the metric's name")]
    [InlineData("{__name__=~\"a.*\"}", "unsupported: a selector without the metric's name")]
    public void What_is_not_supported_is_refused_by_its_name(string expression, string message)
    {
        var refusal = Should.Throw<PromQlException>(() => Parser.Parse(expression));
        refusal.Message.ShouldBe(message);
        refusal.Unsupported.ShouldNotBeNull();
    }

    [Theory]
    [InlineData("", "at character 1: an expression was expected, and the end found")]
    [InlineData("sum(a", "at character 6: ')' was expected, and the end found")]
    [InlineData("a b", "at character 3: the end was expected, and b found")]
    [InlineData("a{b=c}", "at character 5: a text in quotation marks was expected, and c found")]
    [InlineData("a{b=\"c}", "at character 5: the quotation mark is not closed")]
    [InlineData("a{b=~\"(\"}", "at character 6: the regular expression is wrong, too large, or has what RE2 has not")]
    [InlineData("a{b=~\"(?=x)\"}", "at character 6: the regular expression is wrong, too large, or has what RE2 has not")]
    [InlineData("a[5]", "at character 3: a duration such as 5m was expected, and 5 found")]
    [InlineData("a[0s]", "at character 3: a range is longer than nothing")]
    [InlineData("a[5m:0s]", "at character 3: a step is longer than nothing")]
    [InlineData("a[999999999y]", "at character 3: a duration such as 5m was expected, and 999999999y found")]
    [InlineData("sum(a)[5m]", "at character 8: a range belongs to a selector; a subquery has a colon")]
    [InlineData("rate(a)", "at character 1: argument 1 of rate must be a range vector")]
    [InlineData("rate(a[5m], 1)", "at character 1: rate takes 1 arguments")]
    [InlineData("sum(a[5m])", "at character 1: sum takes an instant vector")]
    [InlineData("topk(a, a)", "at character 1: topk takes a number and an instant vector")]
    [InlineData("a[5m] + 1", "at character 7: + has scalars and instant vectors as operands")]
    [InlineData("1 and a", "at character 3: and has two instant vectors as operands")]
    [InlineData("1 > 2", "at character 3: a comparison of scalars needs bool")]
    [InlineData("a + bool a", "at character 3: bool belongs to a comparison")]
    [InlineData("a + on (b) 1", "at character 3: on and ignoring belong between two instant vectors")]
    [InlineData("a and on (b) group_left a", "at character 3: and has no group_left or group_right")]
    [InlineData("-\"a\"", "at character 1: only a scalar or an instant vector has a sign")]
    [InlineData("12abc", "at character 1: 12abc is no number")]
    [InlineData("a & b", "at character 3: unexpected character '&'")]
    [InlineData("\"\\q\"", "at character 3: unknown escape \\q")]
    [InlineData("label_replace(a, \"not a label\", \"\", \"b\", \"\")", "at character 1: label_replace has a wrong name of a label")]
    public void A_mistake_is_refused_with_its_place(string expression, string message) =>
        Should.Throw<PromQlException>(() => Parser.Parse(expression)).Message.ShouldBe(message);

    [Fact]
    public void Length_and_depth_are_bounded()
    {
        Should.Throw<PromQlException>(() => Parser.Parse(new string('(', Parser.MostCharacters) + ")")).Message.ShouldContain("4096 characters");
        Should.Throw<PromQlException>(() => Parser.Parse(new string('(', 1000))).Message.ShouldContain("50 levels");
        Should.Throw<PromQlException>(() => Parser.Parse(new string('-', 4000) + "1")).Message.ShouldContain("50 levels");
        Should.Throw<PromQlException>(() => Parser.Parse("1" + string.Concat(Enumerable.Repeat(" + 1", 100)))).Message.ShouldContain("50 levels");
        Should.Throw<PromQlException>(() => Parser.Parse("a" + string.Concat(Enumerable.Repeat("[5m:]", 400)))).Message.ShouldContain("the end was expected");
        Should.Throw<PromQlException>(() => Parser.Parse("a{" + string.Concat(Enumerable.Repeat("a=\"\",", 100)) + "}")).Message.ShouldContain("32 matchers");
        Should.Throw<PromQlException>(() => Parser.Parse("a{b=~\"((((a{1000}){1000}){1000}){1000}){1000}\"}")).Message.ShouldContain("too large");
    }

    [Fact]
    public void Samples_steps_series_and_time_are_bounded()
    {
        var source = new MemorySource();
        for (var i = 0; i < 50; i++)
            source.Add("a", [("n", $"{i}")], Enumerable.Range(1, 1000).Select(second => (second * 1000L, (double)second)));

        Refusal(new(Loaded: 10_000), "a[20m]").ShouldStartWith("the expression reads more than 10000 samples");
        Refusal(new(Touched: 100_000), "max_over_time(sum(rate(a[5m]))[15m:1s])").ShouldStartWith("the expression computes with more than 100000 samples");
        Refusal(new(Touched: 100_000), "max_over_time(vector(1)[1000d:1ms])").ShouldStartWith("the expression computes with more than 100000 samples");
        Refusal(new(Series: 10), "a").ShouldStartWith("the expression selects more than 10 series");
        using var ended = new CancellationTokenSource();
        ended.Cancel();
        Should.Throw<OperationCanceledException>(() => new Evaluation(source, new(), ended.Token).At(Parser.Parse("max_over_time(vector(1)[1000d:1ms])"), 1_000_000));

        string Refusal(EvaluationLimits limits, string expression) =>
            Should.Throw<PromQlException>(() => new Evaluation(source, limits, default).At(Parser.Parse(expression), 1_000_000)).Message;
    }

    [Fact]
    public void Target_labels_belong_to_every_series_that_does_not_have_them()
    {
        var source = new MemorySource { TargetLabels = [new("job", "tills"), new("instance", "here")] }.Add("a", [("instance", "its own")], [(1000, 7)]).Add("a", [], [(1000, 8)]);

        ((List<Sample>)new Evaluation(source, new(), default).At(Parser.Parse("a{job=\"tills\", instance!=\"\"}"), 1000)).Select(sample => sample.Labels.ToString())
            .ShouldBe(["a{instance=\"its own\", job=\"tills\"}", "a{instance=\"here\", job=\"tills\"}"]);
        ((List<Sample>)new Evaluation(source, new(), default).At(Parser.Parse("a{job=\"another\"}"), 1000)).ShouldBeEmpty();
    }

    [Fact]
    public void Several_series_on_both_sides_are_refused_as_in_Prometheus()
    {
        var source = new MemorySource().Add("a", [("x", "1"), ("y", "1")], [(1000, 7)]).Add("a", [("x", "1"), ("y", "2")], [(1000, 8)]).Add("b", [("x", "1")], [(1000, 1)]);

        Refusal("a * on (x) b").ShouldStartWith("several series belong to {x=\"1\"}: say group_left");
        Refusal("b * on (x) a").ShouldStartWith("several series on one side of *");
        Refusal("a * on (x) group_left a").ShouldStartWith("several series on one side of *");
        Refusal("label_replace(a, \"y\", \"\", \"y\", \".*\")").ShouldStartWith("label_replace makes two series");

        string Refusal(string expression) => Should.Throw<PromQlException>(() => new Evaluation(source, new(), default).At(Parser.Parse(expression), 1000)).Message;
    }
}
