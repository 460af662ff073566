namespace ECommerce.Topologies;

/// <summary>haproxy, in front of the hosts.</summary>
internal static class Balancer
{
    private static readonly HttpClient Client = new() { Timeout = TimeSpan.FromSeconds(5) };

    /// <summary>Writes the configuration into the folder of the run, and returns the program that reads it.</summary>
    public static async Task<Part> PartAsync(RunSettings settings, string configuration, CancellationToken ct)
    {
        var file = Path.Combine(settings.Data, "haproxy.cfg");
        await File.WriteAllTextAsync(file, configuration, ct);
        return new("haproxy", [HaproxyFile.Program, "-db", "-f", file], [], settings.Statistics);
    }

    /// <summary>Whether the balancer sends requests to the host; false when it does not answer.</summary>
    /// <param name="statistics">The address of its statistics.</param>
    /// <param name="host">The host's name.</param>
    /// <param name="ct">Ends the request.</param>
    public static async Task<bool> SendsToAsync(Uri statistics, string host, CancellationToken ct)
    {
        try
        {
            // proxy,server,…: the state of a server is one of the columns
            var table = await Client.GetStringAsync(new Uri(statistics, "/;csv"), ct);
            return table.Split('\n').Any(line => line.Split(',') is [_, var server, ..] columns && server == host && columns.Contains("UP"));
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return false;
        }
    }
}
