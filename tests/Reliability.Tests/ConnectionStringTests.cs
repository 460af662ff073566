using ECommerce.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace ECommerce.Reliability.Tests;

/// <summary>The pools of the modules do what the connection string says.</summary>
public sealed class ConnectionStringTests(ConnectionStringTests.ParticularShop shop) : IClassFixture<ConnectionStringTests.ParticularShop>
{
    [Fact]
    public async Task Sessions_are_as_the_connection_string_wants_them_and_in_their_modules_role()
    {
        await using var connection = await shop.Services.GetRequiredService<ModuleDataSources>().For("orders").OpenConnectionAsync();

        (await AskAsync(connection, "SELECT current_user || ' ' || current_setting('statement_timeout') || ' ' || current_setting('application_name')"))
            .ShouldBe("orders 54321ms ecommerce-orders");
        for (var i = 0; i < 10; i++)
            (await AskAsync(connection, "SELECT count(*) FROM pg_prepared_statements")).ShouldBe(0L, "Max Auto Prepare=0");
    }

    [Fact]
    public async Task A_shop_with_the_smallest_pool_sells()
    {
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => shop.Given.APaidOrderAsync()));
        await shop.SettleAsync();
    }

    private static async Task<object?> AskAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    public sealed class ParticularShop : ShopFixture
    {
        protected override void Configure(IDictionary<string, string?> settings)
        {
            ArgumentNullException.ThrowIfNull(settings);
            settings["ConnectionStrings:ECommerce"] += ";Options=-c statement_timeout=54321;Max Auto Prepare=0;Target Session Attributes=read-write;Minimum Pool Size=2";
            settings["Database:MaxPoolSize"] = "3";
        }
    }
}
