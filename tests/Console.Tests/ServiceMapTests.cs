using Observability.Console.Queries;

namespace Observability.Console.Tests;

public sealed class ServiceMapTests
{
    [Fact]
    public void Edges_come_from_the_attributes_of_the_conventions_and_modules_from_the_nearest_parent()
    {
        var request = Given.Span("POST /sales", ActivityKind.Server, 20, attributes: [("http.route", "/sales")]);
        var command = Given.Span("Sell", parent: request.Context, attributes: ("app.module", "sales"));
        var call = Given.Span("Reserve", parent: command.Context, attributes: ("app.module", "stock"));
        var statement = Given.Span("UPDATE stock", ActivityKind.Client, 3, parent: call.Context, set: span => span.SetStatus(ActivityStatusCode.Error),
            attributes: [("db.system.name", "postgresql"), ("db.namespace", "tills"), ("server.address", "db")]);
        var sent = Given.Span("send sold", ActivityKind.Producer, parent: command.Context, attributes: [("messaging.system", "outbox"), ("messaging.destination.name", "sold")]);
        var received = Given.Span("process sold", ActivityKind.Consumer, attributes: [("messaging.system", "outbox"), ("messaging.destination.name", "sold"), ("app.module", "stock")]);
        var charged = Given.Span("POST", ActivityKind.Client, parent: command.Context, attributes: ("server.address", "bank"));
        var store = Given.StoreOf(statement, call, sent, charged, command, request, received);

        var edges = new ServiceMap("app.module", "tills").Make(store, 0, long.MaxValue, CancellationToken.None);

        edges.Select(edge => $"{edge.From.Kind} {edge.From.Name} -> {edge.To.Kind} {edge.To.Name}: {edge.Durations.Total}, {edge.Errors}").ShouldBe(
        [
            "callers callers -> module sales: 1, 0",
            "module sales -> module stock: 1, 0",
            "module stock -> database postgresql tills: 1, 1",
            "module sales -> messaging outbox: 1, 0",
            "messaging outbox -> module stock: 1, 0",
            "module sales -> remote bank: 1, 0",
        ], ignoreOrder: true);
    }

    [Fact]
    public void A_gateway_is_seen_by_its_parent_and_a_broker_by_its_address()
    {
        var gateway = new ActivityContext(ActivityTraceId.CreateRandom(), ActivitySpanId.CreateRandom(), ActivityTraceFlags.Recorded, isRemote: true);
        var request = Given.Span("POST /sales", ActivityKind.Server, 20, parent: gateway, attributes: ("http.route", "/sales"));
        var published = Given.Span("publish sold", ActivityKind.Producer, parent: request.Context, attributes:
            [("messaging.system", "rabbitmq"), ("server.address", "broker-1"), ("messaging.destination.name", "events")]);
        var received = Given.Span("receive sold", ActivityKind.Consumer, attributes:
            [("messaging.system", "rabbitmq"), ("server.address", "broker-1"), ("messaging.destination.name", "stock"), ("app.module", "stock")]);

        var edges = new ServiceMap("app.module", "tills").Make(Given.StoreOf(published, request, received), 0, long.MaxValue, CancellationToken.None);

        edges.Select(edge => $"{edge.From.Kind} {edge.From.Name} -> {edge.To.Kind} {edge.To.Name}").ShouldBe(
            ["gateway gateway -> module sales", "module sales -> broker rabbitmq", "broker rabbitmq -> module stock"], ignoreOrder: true);
    }

    [Fact]
    public void The_terms_of_each_call_find_its_traces()
    {
        using var command = Given.Open("Sell", ("app.module", "sales"));
        var statement = Given.Span("UPDATE stock", ActivityKind.Client, 3, attributes: [("db.system.name", "postgresql"), ("db.namespace", "the tills")]);
        var sent = Given.Span("send sold", ActivityKind.Producer, attributes: ("messaging.system", "outbox"));
        var charged = Given.Span("POST", ActivityKind.Client, attributes: ("server.address", "bank"));
        command.Stop();
        var request = Given.Span("POST /sales", ActivityKind.Server, attributes: ("http.route", "/sales"));
        var received = Given.Span("process sold", ActivityKind.Consumer, attributes: [("messaging.system", "outbox"), ("app.module", "stock")]);
        var store = Given.StoreOf(statement, sent, charged, command, request, received);

        var edges = new ServiceMap("app.module", "tills").Make(store, 0, long.MaxValue, CancellationToken.None);

        edges.Count.ShouldBe(5);
        foreach (var edge in edges)
        {
            var query = new TraceQuery(Given.Filter(Parts.MapView.FilterOf(edge)), 0, long.MaxValue, TraceOrder.Start, 10, After: null);
            new TraceSearch("app.module").Run(store, query, out _, CancellationToken.None).ShouldHaveSingleItem(Parts.MapView.FilterOf(edge));
        }
    }

    [Fact]
    public void A_quantile_is_never_too_low_and_at_most_an_eighth_too_high()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            var counts = new DurationCounts();
            long[] durations = [.. Enumerable.Range(0, random.Next(1, 200)).Select(_ => (long)Math.Exp(random.NextDouble() * 25)).Order()];
            foreach (var duration in durations)
                counts.Add(duration);

            foreach (var quantile in new[] { 0.01, 0.5, 0.95, 1 })
            {
                var exact = durations[(int)Math.Ceiling(quantile * durations.Length) - 1] / (double)TimeSpan.TicksPerMillisecond;
                counts.QuantileMilliseconds(quantile).ShouldBeInRange(exact, exact * (1 + DurationCounts.RelativeError));
            }
        }
    }
}
