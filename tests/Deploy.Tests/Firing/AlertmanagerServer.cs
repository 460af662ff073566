namespace ECommerce.Deploy.Tests.Firing;

/// <summary>A real Alertmanager with the project's routes and inhibitions.</summary>
internal sealed class AlertmanagerServer : IAsyncDisposable
{
    private static readonly DeployFile Configuration = new("deploy/alertmanager/alertmanager.yml");

    private readonly ServerProcess _server;

    private AlertmanagerServer(ServerProcess server) => _server = server;

    public Uri Address => _server.Address;

    public HttpClient Client => _server.Client;

    public string Written => _server.Written;

    /// <param name="pager">Who is called in place of the sink that the file names.</param>
    public static async Task<AlertmanagerServer> StartAsync(Uri pager)
    {
        var (folder, address) = (Directory.CreateTempSubdirectory("ec-alertmanager-"), Loopback.FreeAddress());
        var file = Path.Combine(folder.FullName, "alertmanager.yml");
        await File.WriteAllTextAsync(file, Faster.Text(Configuration.Text).Replace("http://alert-sink:9099", pager.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        string[] command =
        [
            "prometheus-alertmanager", $"--config.file={file}", $"--storage.path={Path.Combine(folder.FullName, "data")}",
            $"--web.listen-address={address.Authority}", "--cluster.listen-address=", "--log.level=warn",
        ];
        return new(await ServerProcess.StartAsync(folder, address, "/-/ready", command));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
