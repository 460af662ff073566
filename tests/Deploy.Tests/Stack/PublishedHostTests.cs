using Dapper;
using Npgsql;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>The host as its image holds it, with the settings of the compose file, on a database that <c>init.sql</c> has made.</summary>
[Trait("Category", "Running")]
public sealed class PublishedHostTests(PublishedHost published) : IClassFixture<PublishedHost>
{
    [Fact]
    public async Task The_host_of_the_image_serves_the_shop_as_nobody_from_a_folder_that_it_may_not_write_to()
    {
        await using var host = Start();
        await host.WaitUntilReadyAsync();

        var products = (await host.GetAsync("/api/products?limit=3")).Body.GetProperty("items");
        products.GetArrayLength().ShouldBe(3, "demo data are on");
        (await host.GetAsync("/version")).Body.GetRawText().ShouldContain("0123456789abcdef");
        var admin = await host.PostAsync("/api/users/login", new { email = published.Variables["SHOP_ADMIN_EMAIL"], password = published.Secrets["Bootstrap__AdminPassword"] });
        admin.Body.GetProperty("user").GetProperty("role").GetString().ShouldBe("admin");
        var order = await host.PostAsync("/api/orders", new { lines = new[] { new { productId = products[0].GetProperty("id").GetGuid(), quantity = 1 } } },
            await host.Given.ACustomerAsync(), ("Idempotency-Key", Guid.NewGuid().ToString()));
        order.Status.ShouldBe(201);
        (await host.Management.GetStringAsync("/metrics")).ShouldContain("postgresql_backends");
        (await ProbeAsync(host)).ShouldBe(0);

        Directory.EnumerateFileSystemEntries(published.ReadOnly).ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(published.Data).ShouldNotBeEmpty("the demo customers' password is kept");
        foreach (var secret in published.Secrets)
            host.Written.ShouldNotContain(secret.Value);
    }

    [Fact]
    public async Task The_shop_s_login_owns_its_database_and_is_no_superuser()
    {
        await using var connection = new NpgsqlConnection(published.Login("shop", "shop_db_password"));

        (await connection.QuerySingleAsync<(bool Super, bool MakesRoles, bool MakesDatabases, bool Owns)>("""
            SELECT rolsuper, rolcreaterole, rolcreatedb, EXISTS (SELECT FROM pg_database WHERE datname = current_database() AND datdba = pg_roles.oid)
            FROM pg_roles
            WHERE rolname = current_user
            """)).ShouldBe((false, true, false, true));
    }

    [Fact]
    public async Task The_exporter_s_login_sees_statistics_and_no_data()
    {
        await using (var owner = new NpgsqlConnection(published.Login("shop", "shop_db_password")))
            await owner.ExecuteAsync("CREATE SCHEMA IF NOT EXISTS till; CREATE TABLE IF NOT EXISTS till.money (amount int)");
        await using var connection = new NpgsqlConnection(published.Login("exporter", "exporter_db_password"));

        (await connection.ExecuteScalarAsync<long>("SELECT count(*) FROM pg_stat_activity WHERE usename = 'postgres' AND query IS NOT NULL")).ShouldBeGreaterThanOrEqualTo(0);
        (await connection.ExecuteScalarAsync<bool>("SELECT pg_has_role(current_user, 'pg_monitor', 'USAGE') AND NOT rolsuper AND NOT rolcreaterole FROM pg_roles WHERE rolname = current_user")).ShouldBeTrue();
        (await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync("SELECT * FROM till.money"))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await Should.ThrowAsync<PostgresException>(() => connection.ExecuteAsync("CREATE TEMP TABLE mine (amount int)"))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    // The environment is the compose file's. What differs is what belongs to containers: names, the volume's path and the ports.
    private HostProcess Start()
    {
        var settings = ComposeFile.Services["shop"].Environment
            .Where(variable => variable.Key is not ("Endpoints__Public" or "Endpoints__Management"))
            .Select(variable => (variable.Key, (string?)ComposeFile.Interpolate(variable.Value, published.Variables)))
            .Append(("Secrets__Directory", published.Mounted))
            .Append(("Data__Directory", published.Data))
            .Append(("DOTNET_ENVIRONMENT", null))
            // The image has neither, and no home of anybody.
            .Append(("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"))
            .Append(("TZDIR", "/nonexistent"))
            .Append(("HOME", "/nonexistent"));
        // HostProcess goes on with the host that these tests were built with, which the shell leaves alone.
        return HostProcess.Start(published.ReadOnly, [.. Nobody(), "sh", "-c", $"exec dotnet {published.App}/ECommerce.Host.dll"], [.. settings]);
    }

    // As root we can be another user, who has no rights at all; it is PostgreSQL's, so that it finds the server's socket.
    private static string[] Nobody() => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--no-new-privs", "--bounding-set=-all", "--"]
        : [];

    private async Task<int> ProbeAsync(HostProcess host) => (await Subprocess.RunAsync("/",
        new Dictionary<string, string?> { ["Endpoints__Management"] = host.Management.BaseAddress!.ToString() }, "dotnet", Path.Combine(published.App, "ECommerce.Host.dll"), "--probe")).Code;
}
