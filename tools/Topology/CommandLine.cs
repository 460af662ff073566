using System.CommandLine;
using ECommerce.Hosting;
using ECommerce.Traffic;

namespace ECommerce.Topologies;

/// <summary>The command line of the runner.</summary>
internal static class CommandLine
{
    /// <summary>The shop could not be started.</summary>
    public const int Failed = 1;

    /// <summary>An option is wrong.</summary>
    public const int WrongUsage = 2;

    private const int HighestPort = 60_000;
    private const int MostHosts = 20;

    private static readonly Option<string> Topology = new("--topology")
    {
        Description = $"How the shop runs: {string.Join(", ", ShopTopology.All.Keys)}.",
        HelpName = "name",
        DefaultValueFactory = _ => "replicas",
    };

    private static readonly Option<int> Hosts = Options.Whole("--hosts", 3, 1, MostHosts, "The number of equal hosts.");
    private static readonly Option<int> Port = Options.Whole("--port", 5080, 1024, HighestPort, "The port of the shop; the hosts listen on others above it.");

    private static readonly Option<DirectoryInfo> Data = new("--data")
    {
        Description = "The folder of the database and of generated keys.",
        HelpName = "folder",
        DefaultValueFactory = _ => new(Environment.GetEnvironmentVariable("Data__Directory") is { Length: > 0 } given ? given : ".data"),
    };

    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken closing)
    {
        var root = new RootCommand("Runs the shop in several processes on this machine, until Ctrl-C. Exits with 0 after Ctrl-C, 1 when the shop could not be started, 2 when an option is wrong.")
        {
            Topology, Hosts, Port, Data,
        };
        root.SetAction((asked, _) => GoAsync(
            asked.GetValue(Topology)!, new(asked.GetValue(Hosts), asked.GetValue(Port), asked.GetValue(Data)!.FullName), output, error, closing));
        return await root.InvokeAsync(args, WrongTogether, WrongUsage, output, error);
    }

    private static IEnumerable<string> WrongTogether(ParseResult parsed)
    {
        if (parsed.GetValue(Topology) is { } name && !ShopTopology.All.ContainsKey(name))
            yield return $"--topology: there is no topology '{name}'. There is {string.Join(" and ", ShopTopology.All.Keys)}.";
    }

    private static async Task<int> GoAsync(string name, RunSettings settings, TextWriter output, TextWriter error, CancellationToken closing)
    {
        try
        {
            await new Runner(await ShopTopology.All[name](settings, closing), output).RunAsync(closing);
            return 0;
        }
        catch (OperationCanceledException) when (closing.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception e) when (e is TopologyException or StartupException or IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return Failed;
        }
    }
}
