using ECommerce.Data;
using ECommerce.Hosting;
using Microsoft.Extensions.Options;

namespace ECommerce.Modules;

/// <summary>
/// Compares the shop's currency with the recorded one of a module at every start. The first start writes it into the one row of the
/// schema's table <c>books</c>; it can change only while nothing has a price.
/// </summary>
/// <param name="db">The module's database access.</param>
/// <param name="schema">The module's schema.</param>
/// <param name="priced">The table whose rows have prices.</param>
/// <param name="shop">The configured currency.</param>
public sealed class RecordedCurrency(ModuleDb db, string schema, string priced, IOptions<ShopOptions> shop) : ISeed
{
    /// <exception cref="StartupException">The recorded currency is another one.</exception>
    public async Task SeedAsync(CancellationToken ct)
    {
        var wanted = shop.Value.Currency;
        var kept = await db.SingleOrDefaultAsync<string>(Keep, new { Currency = wanted }, ct);
        if (kept != wanted)
            throw new StartupException($"Shop__Currency is {wanted}, and the {priced} in this database are in {kept}: set Shop__Currency to {kept}, or use another database.");
    }

    private string Keep => $"""
        INSERT INTO {schema}.books AS books (currency) VALUES (@Currency)
        ON CONFLICT (is_only) DO UPDATE SET currency = CASE WHEN EXISTS (SELECT FROM {schema}.{priced}) THEN books.currency ELSE excluded.currency END
        RETURNING currency
        """;
}
