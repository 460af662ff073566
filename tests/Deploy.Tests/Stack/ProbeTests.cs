using System.Net;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>How the image of the host, which holds no client, finds out whether the host is ready.</summary>
[Trait("Category", "Running")]
public sealed class ProbeTests : IAsyncLifetime
{
    private string _database = "";

    public async Task InitializeAsync() => _database = await TestCluster.NewDatabaseAsync();

    public Task DisposeAsync() => TestCluster.DropAsync(_database);

    [Fact]
    public async Task A_probe_ends_with_0_and_says_nothing_when_the_host_is_ready()
    {
        await using var host = Start();
        await host.WaitUntilReadyAsync();
        var port = host.Management.BaseAddress!.Port;

        foreach (var address in (string[])[$"http://127.0.0.1:{port}", $"http://0.0.0.0:{port}", $"http://*:{port}/"])
            (await ProbeAsync(address)).ShouldBe((0, ""), address);
    }

    [Fact]
    public async Task A_probe_ends_with_1_and_a_line_when_the_host_is_not_ready()
    {
        await using var host = Start(("Health__DiskUnhealthyBytes", "1000000000000000"));
        await Eventually.PassesAsync(async () => (await host.Management.GetAsync("/health/ready")).StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable));

        var address = host.Management.BaseAddress!.ToString();
        (await ProbeAsync(address)).ShouldBe((1, $"The host at {address} is not ready: it answers 503.\n"));
    }

    [Fact]
    public async Task A_probe_ends_with_1_and_a_line_when_nobody_listens()
    {
        var (code, said) = await ProbeAsync("http://127.0.0.1:1");

        code.ShouldBe(1);
        said.ShouldStartWith("The host at http://127.0.0.1:1 is not ready: ");
        said.ShouldEndWith("\n");
        said.Count(letter => letter == '\n').ShouldBe(1);
    }

    private HostProcess Start(params (string, string?)[] settings) =>
        HostProcess.Start("/", [("ConnectionStrings__ECommerce", _database), .. settings]);

    private static async Task<(int Code, string Said)> ProbeAsync(string address)
    {
        var environment = new Dictionary<string, string?> { ["Endpoints__Management"] = address, ["HTTP_PROXY"] = "http://127.0.0.1:1" };
        var (code, output, errors) = await Subprocess.RunAsync("/", environment, "dotnet", Path.Combine(AppContext.BaseDirectory, "ECommerce.Host.dll"), "--probe");
        return (code, output + errors);
    }
}
