using System.Diagnostics;
using ECommerce.Testing.Otlp;
using Npgsql;

namespace ECommerce.Signals.Tests.Tracing;

/// <summary>How a trace looks when something of ours has failed: status Error and a type on every span, and the exception told once.</summary>
public sealed class FailureTests
{
    [Fact]
    public async Task A_statement_that_the_server_refuses_is_told_by_its_code()
    {
        await using var collected = await CollectedShop.StartAsync();
        var (shop, collector) = (collected.Shop, collected.Collector);
        var product = await shop.Given.AProductAsync();
        await shop.RowsAsync("ALTER TABLE products.products RENAME TO gone");
        var trace = Trace.New();

        (await shop.GetAsync($"/api/products/{product.Id}", headers: trace.Header)).Status.ShouldBe(500);

        var statement = await FailedAsync(collector, trace, "SELECT products.products", "42P01");
        statement["db.response.status_code"].ShouldBe("42P01");
        await FailedAsync(collector, trace, "GetProduct", "Npgsql.PostgresException");
        await FailedAsync(collector, trace, "GET /api/products/{id}", "Npgsql.PostgresException");
        await IsToldOnceAsync(collector, trace, "Npgsql.PostgresException", "GET /api/products/{id} broke");
    }

    [Fact]
    public async Task A_database_that_goes_away_fails_every_span_of_its_request()
    {
        await using var collected = await CollectedShop.StartAsync();
        var (shop, collector) = (collected.Shop, collected.Collector);
        var product = await shop.Given.AProductAsync();
        var trace = Trace.New();
        await using (await LockedAsync(shop, "products.products"))
        {
            var asked = shop.GetAsync($"/api/products/{product.Id}", headers: trace.Header);
            await Eventually.TrueAsync(
                async () =>
                {
                    await shop.RowsAsync(EndWaiting);
                    return asked.IsCompleted;
                },
                "the statement waits, and its server goes away, at both attempts");
            (await asked).Status.ShouldBe(503);
        }

        var statement = await FailedAsync(collector, trace, "SELECT products.products", "57P01");
        statement["db.response.status_code"].ShouldBe("57P01");
        await FailedAsync(collector, trace, "GetProduct", "Npgsql.PostgresException");
        await FailedAsync(collector, trace, "GET /api/products/{id}", "Npgsql.PostgresException");
        await IsToldOnceAsync(collector, trace, "Npgsql.PostgresException", "GET /api/products/{id} could not be served: dependency_unavailable");
    }

    [Fact]
    public async Task A_request_that_runs_out_of_time_has_failed()
    {
        await using var collected = await CollectedShop.StartAsync(("Limits:RequestTimeout", "00:00:01"));
        var (shop, collector) = (collected.Shop, collected.Collector);
        var product = await shop.Given.AProductAsync();
        var trace = Trace.New();
        await using (await LockedAsync(shop, "products.products"))
            (await shop.GetAsync($"/api/products/{product.Id}", headers: trace.Header)).Status.ShouldBe(504);

        var request = await FailedAsync(collector, trace, "GET /api/products/{id}", "504");
        request["http.response.status_code"].ShouldBe(504L);
    }

    [Fact]
    public async Task A_request_that_finds_no_room_has_failed()
    {
        await using var collected = await CollectedShop.StartAsync(("Limits:Concurrency", "1"));
        var (shop, collector) = (collected.Shop, collected.Collector);
        var product = await shop.Given.AProductAsync();
        var trace = Trace.New();
        await using (await LockedAsync(shop, "products.products"))
        {
            var inRoom = shop.GetAsync($"/api/products/{product.Id}");
            await Eventually.TrueAsync(async () => (await shop.RowsAsync(Waiting)).Count > 0, "the one place is taken");
            (await shop.GetAsync("/api/products", headers: trace.Header)).Status.ShouldBe(503);
            _ = inRoom;
        }

        (await FailedAsync(collector, trace, "GET /api/products", "503"))["http.response.status_code"].ShouldBe(503L);
    }

    private static async Task<ReceivedSpan> FailedAsync(OtlpReceiver collector, Trace trace, string name, string errorType)
    {
        var span = await collector.SpanAsync(span => span.TraceId == trace.Id && span.Name == name && span.Status is not ActivityStatusCode.Unset, name);
        (span.Status, span["error.type"]).ShouldBe((ActivityStatusCode.Error, errorType));
        span.Events.ShouldBeEmpty();
        return span;
    }

    private static async Task IsToldOnceAsync(OtlpReceiver collector, Trace trace, string exceptionType, string message)
    {
        await collector.LogAsync(record => record.TraceId == trace.Id && record.EventName == "request.completed");
        var told = collector.Logs.Where(record => record["exception.type"] is not null && record.TraceId == trace.Id).ShouldHaveSingleItem();
        (told["exception.type"], told.Body).ShouldBe((exceptionType, message));
        told.SpanId.ShouldBe(collector.Spans.Single(span => span.TraceId == trace.Id && span.Kind is ActivityKind.Server).SpanId);
    }

    private static async Task<IAsyncDisposable> LockedAsync(OwnShop shop, string table)
    {
        var connection = new NpgsqlConnection(shop.ConnectionString);
        await connection.OpenAsync();
        await RunAsync(connection, $"BEGIN; LOCK TABLE {table}");
        return connection;
    }

    private static async Task RunAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private const string OfWaiting = "FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'ecommerce-products' AND wait_event_type = 'Lock'";

    private const string Waiting = $"SELECT pid {OfWaiting}";

    private const string EndWaiting = $"SELECT pg_terminate_backend(pid) {OfWaiting}";
}
