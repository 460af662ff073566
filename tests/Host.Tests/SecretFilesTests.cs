using System.Net;

namespace ECommerce.Host.Tests;

/// <summary>Secrets reach the host as files, so that they stand in no environment and on no command line.</summary>
public sealed class SecretFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-secrets-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_file_is_the_setting_of_its_name_without_the_newline_at_its_end()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "Management__Key"), "the key out of a file\n");
        // Not ours, and no setting: it is passed over.
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "environment"), "Production");
        await using var shop = await OwnShop.StartAsync(("Secrets:Directory", _folder.FullName));

        (await AskAsync(shop, "the key out of a file")).ShouldBe(HttpStatusCode.OK);
        (await AskAsync(shop, shop.ManagementKey)).ShouldBe(HttpStatusCode.Unauthorized, "a file counts more than an argument");
    }

    [Fact]
    public async Task A_secret_that_breaks_a_rule_stops_the_start_without_being_shown()
    {
        await File.WriteAllTextAsync(Path.Combine(_folder.FullName, "Management__Key"), "short");
        var host = HostProcess.Start(_folder.FullName, ("ConnectionStrings__ECommerce", "Host=127.0.0.1"), ("Secrets__Directory", _folder.FullName));
        await using (host)
        {
            (await host.WaitForExitAsync()).ShouldBe(1);
            host.Written.ShouldContain("Management__Key: must have at least 16 characters");
            host.Written.ShouldNotContain("short");
        }
    }

    [Fact]
    public async Task A_folder_that_is_named_and_not_there_stops_the_start()
    {
        var missing = Path.Combine(_folder.FullName, "missing");
        await using var host = HostProcess.Start(_folder.FullName, ("ConnectionStrings__ECommerce", "Host=127.0.0.1"), ("Secrets__Directory", missing));

        (await host.WaitForExitAsync()).ShouldBe(1);
        host.Errors.ShouldContain($"Secrets__Directory: there is no folder {missing}.");
    }

    private static async Task<HttpStatusCode> AskAsync(OwnShop shop, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/ops/readiness/enable") { Headers = { { "X-Management-Key", key } } };
        using var response = await shop.Management.SendAsync(request);
        return response.StatusCode;
    }
}
