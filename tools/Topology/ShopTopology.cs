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
    /// <summary>The file of the process id of a program, in a folder that is there.</summary>
    public string PidFile(string program) => Path.Combine(Directory.CreateDirectory(Path.Combine(Data, "pids")).FullName, program);
}
