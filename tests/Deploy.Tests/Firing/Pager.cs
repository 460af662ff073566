using System.Net.Http.Json;
using System.Text.Json;
using ECommerce.AlertSink;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>Whom Alertmanager calls: the project's own sink, and what has arrived there.</summary>
internal sealed class Pager : IAsyncDisposable
{
    private readonly ServerProcess _sink;

    private Pager(ServerProcess sink) => _sink = sink;

    public Uri Address => _sink.Address;

    public HttpClient Client => _sink.Client;

    public static async Task<Pager> StartAsync()
    {
        var address = Loopback.FreeAddress();
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "ECommerce.AlertSink.dll")];
        return new(await ServerProcess.StartAsync(
            Directory.CreateTempSubdirectory("ec-pager-"), address, "/health", command, ("AlertSink__Address", address.ToString())));
    }

    public async Task<IReadOnlyList<Received>> ReceivedAsync() => (await _sink.Client.GetFromJsonAsync<Received[]>("/alerts", JsonSerializerOptions.Web))!;

    public ValueTask DisposeAsync() => _sink.DisposeAsync();
}
