using System.Security.Cryptography;

namespace ECommerce.Host.Tests;

[Trait("Category", "Running")]
public sealed class StartBannerTests
{
    [Fact]
    public async Task The_terminal_shows_where_to_go_and_what_was_made_and_the_log_does_not()
    {
        await using var shop = await StartAsync();

        shop.Banner.ShouldContain(shop.Host.Public.BaseAddress!.Authority);
        shop.Banner.ShouldContain(shop.Host.Management.BaseAddress!.Authority);
        shop.Banner.ShouldContain("/docs");
        shop.Banner.ShouldContain("Administrator:");
        shop.Banner.ShouldContain(shop.GeneratedKey);
        string.Join('\n', shop.Host.Output).ShouldNotContain(shop.GeneratedKey);

        var link = shop.Host.Errors.Single(line => line.Contains("Look at it:", StringComparison.Ordinal)).Split(' ')[^1];
        link.ShouldStartWith($"{shop.Host.Management.BaseAddress!.GetLeftPart(UriPartial.Authority)}/console/sign-in?token=");
        using (var entered = await shop.Host.Management.GetAsync(link))
            entered.RequestMessage!.RequestUri!.PathAndQuery.ShouldBe("/console", "the link leads into the console, and is not in its address");
        string.Join('\n', shop.Host.Output).ShouldNotContain(link.Split('=')[1]);
    }

    [Fact]
    public async Task What_was_configured_is_not_shown()
    {
        const string Key = "a key of the operator's own";
        const string Password = "a password of the operator's own";
        await using var shop = await StartAsync(
            ("Management__Key", Key), ("Bootstrap__AdminEmail", "boss@shop.example"), ("Bootstrap__AdminPassword", Password));

        shop.Banner.ShouldNotContain(Key);
        shop.Banner.ShouldNotContain(Password);
        shop.Banner.ShouldNotContain("X-Management-Key");
    }

    [Fact]
    public async Task In_a_container_the_address_can_be_opened_and_no_password_of_demo_customers_is_shown()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (shop, operators) = (Loopback.FreeAddress().Port, Loopback.FreeAddress().Port);
        // The test's own client calls 127.0.0.1; env gives the host the addresses of a container.
        await using var started = await StartAsync(
            ["env", $"Endpoints__Public=http://0.0.0.0:{shop}", $"Endpoints__Management=http://0.0.0.0:{operators}"],
            ("ASPNETCORE_ENVIRONMENT", "Production"), ("DOTNET_ENVIRONMENT", "Production"), ("Shop__DemoData", "true"), ("Tokens__SigningKey", key.ExportPkcs8PrivateKeyPem()),
            ("Management__Key", "a key of the operator's own"), ("Bootstrap__AdminEmail", "boss@shop.example"), ("Bootstrap__AdminPassword", "a password of the operator's own"),
            ("Endpoints__Public", $"http://127.0.0.1:{shop}"), ("Endpoints__Management", $"http://127.0.0.1:{operators}"));

        started.Banner.ShouldContain($"The shop is open:  http://127.0.0.1:{shop}\n");
        started.Banner.ShouldContain($"For operators:     http://127.0.0.1:{operators}/ops");
        started.Banner.ShouldContain($"Look at it:        http://127.0.0.1:{operators}/console\n");
        started.Banner.ShouldNotContain("token=");
        started.Banner.ShouldNotContain("0.0.0.0");
        started.Banner.ShouldContain("Demo customers:");
        started.Banner.ShouldNotContain(await File.ReadAllTextAsync(Path.Combine(started.Folder.FullName, "keys", "demo.password")));
    }

    private static Task<StartedShop> StartAsync(params (string Variable, string? Value)[] settings) => StartAsync([], settings);

    private static async Task<StartedShop> StartAsync(string[] through, params (string Variable, string? Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("ec-banner-");
        var database = await TestCluster.NewDatabaseAsync();
        var host = HostProcess.Start(folder.FullName, through,
            [("ConnectionStrings__ECommerce", database), ("Data__Directory", folder.FullName), ("Passwords__Iterations", "10000"), .. settings]);
        await host.WaitUntilReadyAsync();
        await Eventually.TrueAsync(() => host.Errors.Any(line => line.Contains("curl", StringComparison.Ordinal)), "the banner is out");
        return new(host, folder, database);
    }

    private sealed record StartedShop(HostProcess Host, DirectoryInfo Folder, string Database) : IAsyncDisposable
    {
        public string Banner => string.Join('\n', Host.Errors);

        public string GeneratedKey => File.ReadAllText(Path.Combine(Folder.FullName, "keys", "management.key"));

        public async ValueTask DisposeAsync()
        {
            await Host.DisposeAsync();
            await TestCluster.DropAsync(Database);
            Folder.Delete(recursive: true);
        }
    }
}
