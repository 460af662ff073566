using Dapper;
using Npgsql;

namespace ECommerce.Audit;

/// <summary>A snapshot of the database.</summary>
internal sealed class Facts
{
    /// <summary>The violated database invariants.</summary>
    public required IReadOnlyList<string> Imbalances { get; init; }

    public required IReadOnlyDictionary<Guid, Order> Orders { get; init; }

    /// <summary>The users with the time of their registration.</summary>
    public required IReadOnlyDictionary<Guid, DateTimeOffset> Users { get; init; }

    /// <summary>The stock adjustments by id.</summary>
    public required IReadOnlyDictionary<Guid, Adjustment> Adjustments { get; init; }

    public required Totals Totals { get; init; }

    /// <summary>Waits until no work is in progress, up to a time limit, and reads the snapshot.</summary>
    /// <exception cref="CannotAuditException">There is no such database, or it is not that of a shop.</exception>
    public static async Task<Facts> ReadAsync(string connectionString, TimeSpan settle, CancellationToken ct)
    {
        try
        {
            // The session is read-only, so that an audit cannot change data.
            var readOnly = new NpgsqlConnectionStringBuilder(connectionString)
            {
                Options = "-c default_transaction_read_only=on -c default_transaction_isolation=repeatable\\ read",
                ApplicationName = "audit",
                Pooling = false,
            };
            await using var connection = new NpgsqlConnection(readOnly.ConnectionString);
            await connection.OpenAsync(ct);
            var modules = await DatabaseInvariants.ModulesAsync(connection);
            await SettleAsync(connection, modules, settle, ct);
            await using var moment = await connection.BeginTransactionAsync(ct);
            return new()
            {
                Imbalances = (await connection.QueryAsync<string>(DatabaseInvariants.Findings(modules))).AsList(),
                Orders = (await connection.QueryAsync<Order>(SelectOrders)).ToDictionary(order => order.Id),
                Users = (await connection.QueryAsync<(Guid Id, DateTime CreatedAt)>(SelectUsers)).ToDictionary(user => user.Id, user => new DateTimeOffset(user.CreatedAt)),
                Adjustments = (await connection.QueryAsync<Adjustment>(SelectAdjustments)).ToDictionary(adjustment => adjustment.Id),
                Totals = await connection.QuerySingleAsync<Totals>(DatabaseInvariants.Totals(modules)),
            };
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException or TimeoutException)
        {
            throw new CannotAuditException($"The database cannot be audited: {e.Message}", e);
        }
    }

    /// <summary>
    /// Waits for work in progress. What remains is a violated invariant, or stock that is reserved for a customer who may still order.
    /// </summary>
    private static async Task SettleAsync(NpgsqlConnection connection, IReadOnlyList<string> modules, TimeSpan settle, CancellationToken ct)
    {
        for (var deadline = DateTime.UtcNow + settle; await connection.ExecuteScalarAsync<long>(DatabaseInvariants.Unsettled(modules)) > 0 && DateTime.UtcNow < deadline;)
            await Task.Delay(TimeSpan.FromMilliseconds(200), ct);
    }

    private const string SelectOrders = """
        SELECT id, user_id AS UserId, total, status,
               (SELECT string_agg(timeline.status, ' ' ORDER BY seq) FROM orders.timeline WHERE order_id = orders.id) AS Story
        FROM orders.orders
        """;

    private const string SelectUsers = "SELECT id, created_at FROM users.users";

    private const string SelectAdjustments = "SELECT id, product_id AS ProductId, delta FROM products.stock_adjustments";
}

/// <param name="Story">The statuses of the order in their sequence, separated by spaces; null when it has no timeline.</param>
internal sealed record Order(Guid Id, Guid UserId, decimal Total, string Status, string? Story)
{
    public bool HasBeen(string? status) => Story?.Split(' ').Contains(status) == true;
}

internal sealed record Adjustment(Guid Id, Guid ProductId, int Delta);

internal sealed record Totals(long Orders, long Payments, long Charges, long Refunds, long Events, long Users, long Adjustments);
