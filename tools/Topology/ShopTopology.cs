using ECommerce.Testing;

namespace ECommerce.Topologies;

/// <summary>A way to run the shop in several processes of one machine.</summary>
/// <param name="Stages">
/// The programs in the order of their start. Those of one stage start together, and the next stage starts when all of them are ready.
/// They are stopped in the reverse order.
/// </param>
/// <param name="Banner">The lines for the person at the terminal, printed when all programs are ready.</param>
/// <param name="Foundation">What the programs need and the runner holds itself, such as a database server; disposed last.</param>
internal sealed record ShopTopology(IReadOnlyList<IReadOnlyList<Part>> Stages, IReadOnlyList<string> Banner, IAsyncDisposable Foundation)
{
    /// <summary>The topologies by name. Each starts its foundation and lists its programs.</summary>
    public static IReadOnlyDictionary<string, Func<RunSettings, CancellationToken, Task<ShopTopology>>> All { get; } =
        new Dictionary<string, Func<RunSettings, CancellationToken, Task<ShopTopology>>>
        {
            ["replicas"] = Replicas.PrepareAsync,
            ["services"] = Services.PrepareAsync,
        };
}

/// <summary>The settings of a run.</summary>
/// <param name="Hosts">The number of equal hosts.</param>
/// <param name="Port">The port of the shop. Those of the hosts follow: 5180, 5280 and so on for 5080.</param>
/// <param name="Data">The absolute path of the folder of the database and of generated keys.</param>
internal sealed record RunSettings(int Hosts, int Port, string Data)
{
    // Ports above it are those of the hosts. They have to stay below those that the kernel gives to connections.
    private const int HighestFreePort = 30_000;

    /// <summary>The settings of a run at ports that are free.</summary>
    public static RunSettings Anywhere(int hosts, string data) => new(hosts, FreePort(), data);

    /// <summary>A free port for the shop, with room for those of its hosts above it.</summary>
    public static int FreePort() => Enumerable.Range(0, 1000).Select(_ => Loopback.FreeAddress().Port).First(port => port < HighestFreePort);

    /// <summary>The address of the shop, at the balancer.</summary>
    public Uri Shop => new($"http://127.0.0.1:{Port}");

    /// <summary>The address of the balancer's statistics.</summary>
    public Uri Statistics => new($"http://127.0.0.1:{Port + 4}");

    /// <summary>The address at the balancer for calls to a module with several hosts.</summary>
    /// <param name="place">The place of the module in the list of modules.</param>
    public Uri Calls(int place) => new($"http://127.0.0.1:{Port + 10 + place}");

    /// <summary>The file of the process id of a program, in a folder that is there.</summary>
    public string PidFile(string program) => Path.Combine(Directory.CreateDirectory(Path.Combine(Data, "pids")).FullName, program);
}
