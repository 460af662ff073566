using ECommerce.Testing;
using Shouldly;
using Xunit;

namespace ECommerce.Description.Tests;

public sealed class StartBannerTests
{
    [Fact]
    public async Task The_terminal_shows_where_to_go_and_what_was_made_and_the_log_does_not()
    {
        var data = Directory.CreateTempSubdirectory("ec-banner-");
        var database = await TestCluster.NewDatabaseAsync();
        try
        {
            await using var host = HostProcess.Start(data.FullName, ("ConnectionStrings__ECommerce", database), ("Data__Directory", data.FullName));
            await host.WaitUntilReadyAsync();
            await Eventually.TrueAsync(() => host.Errors.Any(line => line.Contains("curl", StringComparison.Ordinal)), "the banner is out");
            var banner = string.Join('\n', host.Errors);
            var key = await File.ReadAllTextAsync(Path.Combine(data.FullName, "keys", "management.key"));

            banner.ShouldContain(host.Public.BaseAddress!.ToString().TrimEnd('/'));
            banner.ShouldContain(host.Management.BaseAddress!.ToString().TrimEnd('/'));
            banner.ShouldContain("/docs");
            banner.ShouldContain("Administrator:");
            banner.ShouldContain(key);
            string.Join('\n', host.Output).ShouldNotContain(key);
        }
        finally
        {
            await TestCluster.DropAsync(database);
            data.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task A_key_that_was_configured_is_not_shown()
    {
        const string Key = "a key of the operator's own";
        var data = Directory.CreateTempSubdirectory("ec-banner-");
        var database = await TestCluster.NewDatabaseAsync();
        try
        {
            await using var host = HostProcess.Start(
                data.FullName, ("ConnectionStrings__ECommerce", database), ("Data__Directory", data.FullName), ("Management__Key", Key),
                ("Bootstrap__AdminEmail", "boss@shop.example"), ("Bootstrap__AdminPassword", "a password of the operator's own"));
            await host.WaitUntilReadyAsync();
            await Eventually.TrueAsync(() => host.Errors.Any(line => line.Contains("curl", StringComparison.Ordinal)), "the banner is out");

            var banner = string.Join('\n', host.Errors);
            banner.ShouldNotContain(Key);
            banner.ShouldNotContain("a password of the operator's own");
        }
        finally
        {
            await TestCluster.DropAsync(database);
            data.Delete(recursive: true);
        }
    }
}
