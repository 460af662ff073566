using ECommerce.Testing;
using Shouldly;
using Xunit;

namespace ECommerce.Description.Tests;

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

    private static async Task<StartedShop> StartAsync(params (string Variable, string? Value)[] settings)
    {
        var folder = Directory.CreateTempSubdirectory("ec-banner-");
        var database = await TestCluster.NewDatabaseAsync();
        var host = HostProcess.Start(folder.FullName,
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
