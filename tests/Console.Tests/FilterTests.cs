using Observability.Console.Filtering;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

public sealed class FilterTests
{
    private static readonly Activity Sale = Given.Span("POST /sales/{id}", ActivityKind.Server, milliseconds: 250, set: span => span
        .SetStatus(ActivityStatusCode.Error, "the drawer is stuck")
        .AddEvent(new("drawer.opened")), attributes:
        [("http.route", "/sales/{id}"), ("http.request.method", "POST"), ("http.response.status_code", 500), ("app.amount", 12.5), ("app.paid", true),
         ("app.items", new[] { "Bread", "Butter" }), ("app.note", "Käse & \"Wein\""), ("app.nothing", null),
         ("app.till", Guid.Parse("0af76519-16cd-43dd-8448-eb211c80319c")), ("app.clerk", new Uri("https://tills.example/jo"))]);

    private static readonly byte[] Line = Given.Line("The till 7 is empty", "warn", "Tills.Drawer", "drawer.empty", "0af7651916cd43dd8448eb211c80319c",
        members: """ "till":7,"cash":0.5,"isOpen":false,"module":"sales","durationMs":12.25,"clerk":"Jo \"the\" Ä","coins":{"ten":3}""");

    [Theory]
    [InlineData("", true)]
    [InlineData("  ", true)]
    [InlineData("name:\"POST /sales/{id}\"", true)]
    [InlineData("name:post*", true)]
    [InlineData("name:*{ID}", true)]
    [InlineData("name:post", false)]
    [InlineData("kind:server", true)]
    [InlineData("kind:client", false)]
    [InlineData("-kind:client", true)]
    [InlineData("status:error", true)]
    [InlineData("status:500", true)]
    [InlineData("status>=500", true)]
    [InlineData("status<500", false)]
    [InlineData("status:ok", false)]
    [InlineData("duration>200ms", true)]
    [InlineData("duration>=0.25s", true)]
    [InlineData("duration>250ms", false)]
    [InlineData("duration<=250000us", true)]
    [InlineData("duration>249000us", true)]
    [InlineData("duration<1m -duration<100ms", true)]
    [InlineData("module:sales", true)]
    [InlineData("module:SALES", true)]
    [InlineData("module:sale", false)]
    [InlineData("module:sale*", true)]
    [InlineData("route:/sales/{id}", true)]
    [InlineData("-route:/sales*", false)]
    [InlineData("method:post", true)]
    [InlineData("source:Tills.Sales", true)]
    [InlineData("event:drawer.opened", true)]
    [InlineData("event:drawer", false)]
    [InlineData("attr.app.amount>12", true)]
    [InlineData("attr.app.amount:12.5", true)]
    [InlineData("attr.app.amount<-1", false)]
    [InlineData("attr.app.paid:true", true)]
    [InlineData("attr.app.items:butter", true)]
    [InlineData("attr.app.items:jam", false)]
    [InlineData("attr.app.note:\"käse & \\\"wein\\\"\"", true)]
    [InlineData("attr.\"app.note\":*wein*", true)]
    [InlineData("attr.app.amount:*", true)]
    [InlineData("attr.app.till:0af76519-16cd-43dd-8448-eb211c80319c", true)]
    [InlineData("attr.app.clerk:\"https://tills.example/jo\"", true)]
    [InlineData("attr.app.tip:*", false)]
    [InlineData("attr.app.note:\"*\"", false)]
    [InlineData("stuck", true)]
    [InlineData("\"drawer is\"", true)]
    [InlineData("bread", true)]
    [InlineData("drawer.opened", true)]
    [InlineData("wein -bread", false)]
    [InlineData("jam", false)]
    [InlineData("level:error", false)]
    [InlineData("-level:error", true)]
    public void A_span_matches(string filter, bool matches)
    {
        using var view = Given.StoreOf(Sale).Read();

        Given.Filter(filter).Matches(new SpanRecord(view.Segments[0][0])).ShouldBe(matches);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("level:warn", true)]
    [InlineData("level>=warn", true)]
    [InlineData("level>warn", false)]
    [InlineData("level<error", true)]
    [InlineData("status:error", false)]
    [InlineData("status:ok", true)]
    [InlineData("event:drawer.*", true)]
    [InlineData("source:tills.drawer", true)]
    [InlineData("module:sales", true)]
    [InlineData("trace:0AF76519", true)]
    [InlineData("trace:0af7651916cd43dd8448eb211c80319c", true)]
    [InlineData("trace:1af76519", false)]
    [InlineData("span:0af7651916cd43dd", true)]
    [InlineData("duration>12ms", true)]
    [InlineData("duration>13ms", false)]
    [InlineData("attr.till:7", true)]
    [InlineData("attr.till:7.0", true)]
    [InlineData("attr.cash<1", true)]
    [InlineData("attr.isOpen:false", true)]
    [InlineData("attr.clerk:\"jo \\\"the\\\" Ä\"", true)]
    [InlineData("attr.coins:*ten*", true)]
    [InlineData("\"till 7 is\"", true)]
    [InlineData("-\"till 7 is\"", false)]
    [InlineData("kind:server", false)]
    public void A_log_record_matches(string filter, bool matches)
    {
        using var view = Given.StoreOf(Line).Read();

        Given.Filter(filter).Matches(new LogRecord(view.Segments[0][0])).ShouldBe(matches);
    }
}
