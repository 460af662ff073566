using System.Runtime;
using System.Security.Claims;
using System.Text.Json;
using ECommerce.Web;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.IdentityModel.Tokens;
using Npgsql;
using SigningKey = ECommerce.Web.SigningKey;

namespace ECommerce.Benchmarks;

/// <summary>
/// The baseline: the same three endpoints as minimal API and Npgsql, with the shop's SQL, rows, JSON and token validation. It has no
/// mediator, mapper or telemetry, and does not deliver events.
/// </summary>
internal static class Twin
{
    public static async Task<int> RunAsync(string address, string connectionString, string signingKey)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(address);
        AddTokens(builder.Services, SigningKey.FromPem(signingKey));
        await using var source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            MaxPoolSize = 40,
            MaxAutoPrepare = 100,
            NoResetOnClose = true,
        });

        var app = builder.Build();
        app.UseAuthentication().UseAuthorization();
        app.MapGet("/health/ready", () => "ready");
        app.MapGet("/metrics/runtime", () => // for the comparison, and nothing more
            $"{Scrapes.Allocated}{{}} {GC.GetTotalAllocatedBytes()}\n{Scrapes.Compiled}{{}} {JitInfo.GetCompiledMethodCount()}\n");
        app.MapGet("/api/products/{id:guid}", (Guid id, HttpContext http, CancellationToken ct) => GetProductAsync(source, id, http, ct));
        app.MapGet("/api/products", (int? limit, CancellationToken ct) => ListProductsAsync(source, limit ?? 20, ct));
        app.MapPost("/api/orders", (NewOrder order, ClaimsPrincipal user, CancellationToken ct) =>
            PlaceOrderAsync(source, order, Guid.Parse(user.FindFirstValue("sub")!), ct)).RequireAuthorization();
        await app.RunAsync();
        return 0;
    }

    private static void AddTokens(IServiceCollection services, SigningKey key)
    {
        var tokens = new TokenOptions();
        services.AddAuthorization();
        services.AddAuthentication(JwtBearerDefaults.AuthenticationScheme).AddJwtBearer(bearer =>
        {
            bearer.MapInboundClaims = false;
            bearer.TokenValidationParameters = new()
            {
                ValidIssuer = tokens.Issuer,
                ValidAudience = tokens.Audience,
                IssuerSigningKey = key.Credentials.Key,
                ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            };
        });
    }

    private static async Task<IResult> GetProductAsync(NpgsqlDataSource source, Guid id, HttpContext http, CancellationToken ct)
    {
        await using var command = source.CreateCommand(ShopSql.Product);
        command.Parameters.Add(new NpgsqlParameter<Guid>("ProductId", id));
        await using var reader = await command.ExecuteReaderAsync(ct);
        if (!await reader.ReadAsync(ct))
            return Results.NotFound();
        http.Response.Headers.ETag = $"\"{reader.GetInt64(6) + reader.GetInt64(11)}\"";
        return Results.Ok(Read(reader));
    }

    private static async Task<Page> ListProductsAsync(NpgsqlDataSource source, int limit, CancellationToken ct)
    {
        await using var command = source.CreateCommand(ShopSql.List);
        command.Parameters.Add(new NpgsqlParameter<int>("Rows", limit + 1));
        await using var reader = await command.ExecuteReaderAsync(ct);
        List<Product> items = new(limit + 1);
        while (await reader.ReadAsync(ct))
            items.Add(Read(reader));
        if (items.Count <= limit)
            return new(items, null);
        items.RemoveAt(limit);
        return new(items, Convert.ToBase64String(JsonSerializer.SerializeToUtf8Bytes(new { items[^1].CreatedAt, items[^1].Id })));
    }

    private static async Task<IResult> PlaceOrderAsync(NpgsqlDataSource source, NewOrder order, Guid userId, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        await using (var find = source.CreateCommand(ShopSql.FindOrder))
        {
            find.Parameters.Add(new NpgsqlParameter<Guid>("OrderId", id));
            await using var found = await find.ExecuteReaderAsync(ct);
            if (await found.ReadAsync(ct))
                return Results.Conflict();
        }

        await using (var holding = source.CreateCommand(ShopSql.Holding))
            await CountHoldingAsync(holding, id, userId, ct);
        if (await ReserveAsync(source, id, userId, order, ct) is not { } lines)
            return Results.Conflict();

        var receipt = new Receipt(id, userId, "placed", lines, new(lines.Sum(line => line.UnitPrice.Amount * line.Quantity), "EUR"), DateTimeOffset.UtcNow);
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        await using (var turn = new NpgsqlCommand(ShopSql.LockCustomer, connection))
        {
            turn.Parameters.Add(new NpgsqlParameter<int>("LockNamespace", 1));
            turn.Parameters.Add(new NpgsqlParameter<string>("UserId", userId.ToString()));
            await turn.ExecuteNonQueryAsync(ct);
        }

        await using (var holding = new NpgsqlCommand(ShopSql.Holding, connection))
            await CountHoldingAsync(holding, id, userId, ct);
        await using (var insert = new NpgsqlCommand(ShopSql.InsertOrder, connection))
        {
            var eventId = Guid.CreateVersion7();
            insert.Parameters.Add(new NpgsqlParameter<Guid>("Id", id));
            insert.Parameters.Add(new NpgsqlParameter<Guid>("UserId", userId));
            insert.Parameters.Add(new NpgsqlParameter<decimal>("Total", receipt.Total.Amount));
            insert.Parameters.Add(new NpgsqlParameter<string>("Currency", receipt.Total.Currency));
            insert.Parameters.Add(new NpgsqlParameter("Fingerprint", NpgsqlTypes.NpgsqlDbType.Bytea) { Value = DBNull.Value });
            insert.Parameters.Add(new NpgsqlParameter<int>("Units", lines.Sum(line => line.Quantity)));
            insert.Parameters.Add(new NpgsqlParameter<DateTime>("PayBy", receipt.PlacedAt.UtcDateTime.AddMinutes(30)));
            insert.Parameters.Add(new NpgsqlParameter<DateTime>("PlacedAt", receipt.PlacedAt.UtcDateTime));
            insert.Parameters.Add(new NpgsqlParameter<Guid[]>("ProductIds", [.. lines.Select(line => line.ProductId)]));
            insert.Parameters.Add(new NpgsqlParameter<string[]>("Names", [.. lines.Select(line => line.Name)]));
            insert.Parameters.Add(new NpgsqlParameter<int[]>("Quantities", [.. lines.Select(line => line.Quantity)]));
            insert.Parameters.Add(new NpgsqlParameter<decimal[]>("UnitPrices", [.. lines.Select(line => line.UnitPrice.Amount)]));
            insert.Parameters.Add(new NpgsqlParameter<Guid>("EventId", eventId));
            insert.Parameters.Add(new NpgsqlParameter("TraceId", NpgsqlTypes.NpgsqlDbType.Text) { Value = DBNull.Value });
            await insert.ExecuteNonQueryAsync(ct);
            await EnqueueAsync(connection, eventId, receipt, ct);
        }

        await transaction.CommitAsync(ct);
        return Results.Created($"/api/orders/{id}", receipt);
    }

    private static async Task CountHoldingAsync(NpgsqlCommand holding, Guid id, Guid userId, CancellationToken ct)
    {
        holding.Parameters.Add(new NpgsqlParameter<Guid>("OrderId", id));
        holding.Parameters.Add(new NpgsqlParameter<Guid>("UserId", userId));
        holding.Parameters.Add(new NpgsqlParameter<DateTime>("AnHourAgo", DateTime.UtcNow.AddHours(-1)));
        holding.Parameters.Add(new NpgsqlParameter<int>("BeforeTheLast", 59));
        await holding.ExecuteNonQueryAsync(ct);
    }

    private static async Task<List<OrderLine>?> ReserveAsync(NpgsqlDataSource source, Guid id, Guid userId, NewOrder order, CancellationToken ct)
    {
        await using var connection = await source.OpenConnectionAsync(ct);
        await using var transaction = await connection.BeginTransactionAsync(ct);
        Guid[] products = [.. order.Lines.Select(line => line.ProductId)];
        await using (var shelves = new NpgsqlCommand(ShopSql.LockShelves, connection))
        {
            shelves.Parameters.Add(new NpgsqlParameter<Guid[]>("ProductIds", products));
            await shelves.ExecuteNonQueryAsync(ct);
        }

        await using var reserve = new NpgsqlCommand(ShopSql.Reserve, connection);
        var now = DateTime.UtcNow;
        reserve.Parameters.Add(new NpgsqlParameter<Guid>("ReservationId", id));
        reserve.Parameters.Add(new NpgsqlParameter<Guid>("OwnerId", userId));
        reserve.Parameters.Add(new NpgsqlParameter<Guid[]>("ProductIds", products));
        reserve.Parameters.Add(new NpgsqlParameter<int[]>("Quantities", [.. order.Lines.Select(line => line.Quantity)]));
        reserve.Parameters.Add(new NpgsqlParameter<DateTime>("Now", now));
        reserve.Parameters.Add(new NpgsqlParameter<double>("ScarceBelow", 0.1));
        reserve.Parameters.Add(new NpgsqlParameter<DateTime>("LapsesAt", now.AddMinutes(15)));
        reserve.Parameters.Add(new NpgsqlParameter<string>("BooksCurrency", "EUR"));
        List<OrderLine> lines = [];
        await using (var reader = await reserve.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                if (!reader.GetBoolean(7))
                    return null;
                lines.Add(new(reader.GetGuid(1), reader.GetString(3), reader.GetInt32(2), new(reader.GetDecimal(4), "EUR")));
            }
        }

        await transaction.CommitAsync(ct);
        return lines;
    }

    private static async Task EnqueueAsync(NpgsqlConnection connection, Guid eventId, Receipt receipt, CancellationToken ct)
    {
        await using var enqueue = new NpgsqlCommand(ShopSql.Enqueue, connection);
        var payload = JsonSerializer.Serialize(new { OrderId = receipt.Id, receipt.UserId, receipt.Total, At = receipt.PlacedAt }, JsonSerializerOptions.Web);
        enqueue.Parameters.Add(new NpgsqlParameter<Guid>("Id", eventId));
        enqueue.Parameters.Add(new NpgsqlParameter<Guid>("AggregateId", receipt.Id));
        enqueue.Parameters.Add(new NpgsqlParameter<string>("Type", "orders.order-placed.v1"));
        enqueue.Parameters.Add(new NpgsqlParameter<string>("Payload", payload));
        foreach (var context in (string[])["TraceParent", "TraceState", "Baggage"])
            enqueue.Parameters.Add(new NpgsqlParameter(context, NpgsqlTypes.NpgsqlDbType.Text) { Value = DBNull.Value });
        enqueue.Parameters.Add(new NpgsqlParameter<DateTime>("OccurredAt", receipt.PlacedAt.UtcDateTime));
        await enqueue.ExecuteNonQueryAsync(ct);
    }

    private static Product Read(NpgsqlDataReader row) => new(
        row.GetGuid(0), row.GetString(1), row.GetString(2), row.GetString(3), row.GetString(4), new(row.GetDecimal(5), "EUR"), row.GetInt32(10),
        !row.IsDBNull(9), row.GetDateTime(7), row.GetDateTime(8));

    private sealed record Money(decimal Amount, string Currency);

    private sealed record Product(
        Guid Id, string Sku, string Name, string Description, string Category, Money Price, int Available, bool Discontinued,
        DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

    private sealed record Page(IReadOnlyList<Product> Items, string? Next);

    private sealed record NewLine(Guid ProductId, int Quantity);

    private sealed record NewOrder(NewLine[] Lines);

    private sealed record OrderLine(Guid ProductId, string Name, int Quantity, Money UnitPrice);

    private sealed record Receipt(Guid Id, Guid UserId, string Status, IReadOnlyList<OrderLine> Lines, Money Total, DateTimeOffset PlacedAt);
}
