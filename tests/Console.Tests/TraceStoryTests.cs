using Observability.Console.Queries;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

public sealed class TraceStoryTests
{
    private static readonly DateTime Began = DateTime.UnixEpoch.AddYears(56);

    [Fact]
    public void The_story_of_an_order_goes_over_its_message_its_batch_and_a_later_request_with_its_id()
    {
        var (request, sale, sent) = Sale(Began, message: "m-1", order: "o-1");
        var batch = Given.Span("relay sales", milliseconds: 40, start: Began.AddMilliseconds(100), parent: TraceTreeTests.NewTrace(), attributes: ("messaging.batch.message_count", 3));
        var handled = Handled(Began.AddMilliseconds(110), "m-1", sent);
        var insert = Given.Span("INSERT", ActivityKind.Client, 3, Began.AddMilliseconds(112), handled.Context, attributes: ("db.system.name", "postgresql"));
        var paid = Given.Span("POST /sales/{id}/payment", ActivityKind.Server, 5, Began.AddSeconds(3), TraceTreeTests.NewTrace(), attributes: ("app.order.id", "o-1"));
        var (otherRequest, otherSale, otherSent) = Sale(Began.AddMilliseconds(1), message: "m-2", order: "o-2");
        var otherHandled = Handled(Began.AddSeconds(9), "m-2", otherSent);
        var store = Given.StoreOf(sale, sent, request, insert, handled, batch, paid, otherSale, otherSent, otherRequest, otherHandled);

        foreach (var asked in new[] { request, handled, paid })
        {
            var story = Tell(store, asked)!;

            story.Parts.Select(part => part.Name).ShouldBe(["POST /sales", "relay sales", "process Sold", "POST /sales/{id}/payment"]);
            story.Parts.Single(part => part.Tie is StoryTie.Asked).Trace.ShouldBe(TraceTreeTests.KeyOf(asked));
            story.Parts[1].Tie.ShouldBe(StoryTie.Time);
            var arrow = story.Arrows.ShouldHaveSingleItem();
            (arrow.FromSpan, arrow.ToSpan).ShouldBe((IdOf(sent), IdOf(handled)));
            (story.Gone, story.IsCut).ShouldBe((0, false));
        }
        var told = Tell(store, request)!;
        told.Parts[0].Steps.Select(step => $"{step.Depth} {step.Name}").ShouldBe(["0 POST /sales", "1 Sell", "2 send Sold"]);
        told.Parts[2].Steps.ShouldHaveSingleItem().Hidden.ShouldBe(1, "the statement");
        told.Parts[3].Means.ShouldBe("app.order.id");
    }

    [Fact]
    public void A_link_that_a_caller_wrote_leads_into_no_story()
    {
        var (request, sale, sent) = Sale(Began, "m-1", "o-1");
        var intruder = Given.Span("GET /", ActivityKind.Server, 5, Began.AddSeconds(1), TraceTreeTests.NewTrace(), span => span.AddLink(new(sent.Context)));
        var store = Given.StoreOf(sale, sent, request, intruder);

        Tell(store, request)!.Parts.ShouldHaveSingleItem();
        Tell(store, intruder)!.Parts.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_story_with_too_many_traces_is_cut_and_one_whose_spans_are_gone_says_so()
    {
        var (request, sale, sent) = Sale(Began, "m-1", "o-1");
        var handlers = Enumerable.Range(0, 100).Select(i => Handled(Began.AddMilliseconds(i), "m-1", sent));

        var story = Tell(Given.StoreOf([sale, sent, request, .. handlers]), request)!;
        var rest = Tell(Given.StoreOf(Handled(Began, "m-1", sent)), Handled(Began, "m-1", sent));
        var alone = Handled(Began, "m-1", sent);

        (story.Parts.Count, story.IsCut).ShouldBe((TraceStory.MostParts, true));
        rest.ShouldBeNull("the asked trace is not kept");
        Tell(Given.StoreOf(alone), alone)!.Gone.ShouldBe(1, "the sender's trace");
    }

    [Theory]
    [InlineData("NotSampled", 5, false, 1, 0)]
    [InlineData("NeverSeen", 5, true, 1, 0)]
    [InlineData("Evicted", -5, true, 1, 7)]
    [InlineData("BeforeStart", -5, true, 1, 0)]
    [InlineData("Unknown", 5, true, 0, 7)]
    [InlineData("NeverSeen", 5, true, 0, 0)]
    public void A_trace_that_is_not_there_has_a_reason(string reason, int seconds, bool isSampled, int lines, long evicted)
    {
        const string Id = "0af7651916cd43dd8448eb211c80319c";
        TraceKey.TryParse(Id, out var trace).ShouldBeTrue();
        var logs = lines == 0 ? Given.Store() : Given.StoreOf(Given.Line("told", traceId: Id, time: Began.AddSeconds(seconds), members: isSampled ? "" : "\"sampled\":false"));

        var absence = TraceAbsence.Of(logs, new(Began, 0, 0, 0, evicted, 0, 0), trace, hint: null);

        (absence.Reason.ToString(), absence.Lines).ShouldBe((reason, lines));
    }

    private static TraceStory? Tell(SegmentStore store, Activity span) =>
        new StoryTeller(["messaging.message.id", "app.order.id"], "app.module").Tell(store, TraceTreeTests.KeyOf(span), CancellationToken.None);

    private static (Activity Request, Activity Sale, Activity Sent) Sale(DateTime start, string message, string order)
    {
        var request = Given.Span("POST /sales", ActivityKind.Server, 20, start, TraceTreeTests.NewTrace(), attributes: ("http.route", "/sales"));
        var sale = Given.Span("Sell", milliseconds: 15, start: start.AddMilliseconds(1), parent: request.Context, attributes: [("app.module", "sales"), ("app.order.id", order)]);
        var sent = Given.Span("send Sold", ActivityKind.Producer, 2, start.AddMilliseconds(9), sale.Context, attributes: ("messaging.message.id", message));
        return (request, sale, sent);
    }

    private static Activity Handled(DateTime start, string message, Activity sent) => Given.Span(
        "process Sold", ActivityKind.Consumer, 5, start, TraceTreeTests.NewTrace(), span => span.AddLink(new(sent.Context)),
        attributes: [("messaging.message.id", message), ("app.module", "stock")]);

    private static ulong IdOf(Activity span) => Convert.ToUInt64(span.SpanId.ToHexString(), 16);
}
