using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.Web;

namespace ECommerce.Host.Tests.Operations;

/// <summary>What it costs a host that it could be profiled.</summary>
[Trait("Category", "Running")]
public sealed class ProfilingStartTests : IAsyncLifetime
{
    private const string Key = "a key for this test";
    private const string Reader = "Microsoft.Diagnostics.Tracing.TraceEvent.dll";
    private const string Asker = "Microsoft.Diagnostics.NETCore.Client.dll";

    private string _database = "";

    public async Task InitializeAsync() => _database = await TestCluster.NewDatabaseAsync();

    public Task DisposeAsync() => TestCluster.DropAsync(_database);

    [Fact]
    public async Task A_host_loads_what_reads_profiles_with_the_first_one()
    {
        await using var host = Start();
        await host.WaitUntilReadyAsync();
        (await AskAsync(host, "/debug/gc")).StatusCode.ShouldBe(HttpStatusCode.OK);
        var before = await MappedAsync(host);

        (await AskAsync(host, "/debug/profile?seconds=1")).StatusCode.ShouldBe(HttpStatusCode.OK);

        before.ShouldContain("ECommerce.Profiling.dll");
        before.ShouldNotContain(Reader);
        before.ShouldNotContain(Asker);
        (await MappedAsync(host)).ShouldContain(Reader);
    }

    [Fact]
    public async Task A_host_whose_runtime_cannot_be_asked_says_so()
    {
        await using var host = Start(("DOTNET_EnableDiagnostics", "0"));
        await host.WaitUntilReadyAsync();

        var answer = await AskAsync(host, "/debug/profile?seconds=1");

        answer.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe("profiling_off");
    }

    private HostProcess Start(params (string, string?)[] settings) =>
        HostProcess.Start("/", [("ConnectionStrings__ECommerce", _database), ("Management__Key", Key), .. settings]);

    private static Task<string> MappedAsync(HostProcess host) => File.ReadAllTextAsync($"/proc/{host.Id}/maps");

    private static async Task<HttpResponseMessage> AskAsync(HostProcess host, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { ManagementKey.Header, Key } } };
        return await host.Management.SendAsync(request);
    }
}
