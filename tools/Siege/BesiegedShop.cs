using ECommerce.Testing;

namespace ECommerce.Siege;

/// <summary>The host under attack, with its embedded PostgreSQL, a data folder and ports of its own. Its limits are the defaults.</summary>
internal sealed class BesiegedShop : IAsyncDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-siege-");
    private readonly string _dll;
    private readonly Uri _management = Loopback.FreeAddress();

    private BesiegedShop(FileInfo? dll)
    {
        _dll = dll?.FullName ?? Path.Combine(AppContext.BaseDirectory, "ECommerce.Host.dll");
        Host = Start();
    }

    public HostProcess Host { get; private set; }

    public Uri Address { get; } = Loopback.FreeAddress();

    /// <exception cref="Xunit.Sdk.XunitException">The host does not start; the message holds its output.</exception>
    public static async Task<BesiegedShop> StartAsync(Settings settings, CancellationToken closing)
    {
        var shop = new BesiegedShop(settings.Host);
        try
        {
            await shop.Host.WaitUntilReadyAsync(closing);
            return shop;
        }
        catch
        {
            await shop.DisposeAsync();
            throw;
        }
    }

    /// <summary>Ends the host and starts another one with the same data at the same addresses.</summary>
    public async Task RestartAsync()
    {
        await StopAsync();
        Host = Start();
        await Host.WaitUntilReadyAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Delete(recursive: true);
    }

    private HostProcess Start() => HostProcess.StartBuild(_dll, _folder.FullName, [],
        ("ConnectionStrings__ECommerce", null),
        ("Endpoints__Public", Address.ToString()),
        ("Endpoints__Management", _management.ToString()),
        ("Management__Key", Guid.NewGuid().ToString("N")),
        ("Shop__DemoData", "true"),
        // The memory settings of `make run`, and none that are meant for short processes.
        ("DOTNET_GCgen0size", "0x400000"),
        ("MALLOC_ARENA_MAX", "2"),
        ("MALLOC_TRIM_THRESHOLD_", "131072"),
        ("MALLOC_MMAP_THRESHOLD_", "131072"),
        ("DOTNET_TieredPGO", null),
        ("DOTNET_TC_CallCountingDelayMs", null));

    private async Task StopAsync()
    {
        if (!Host.HasExited)
            await Host.TerminateAsync();
        await Host.DisposeAsync();
    }
}
