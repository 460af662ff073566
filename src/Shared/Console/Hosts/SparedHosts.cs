using System.Collections.Concurrent;

namespace Observability.Console.Hosts;

/// <summary>
/// Asks the other hosts for a page that is drawn again every few seconds. A host that did not answer is left alone for a while, so that it slows one
/// drawing and not each.
/// </summary>
internal sealed class SparedHosts(RemoteHosts hosts, TimeProvider time)
{
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<RemoteHost, (long At, string Problem)> _silent = new();

    /// <summary>Asks every host the same question.</summary>
    /// <param name="path">Below the path of the API, with the query.</param>
    /// <param name="cancellation">Ends it.</param>
    public async Task<IReadOnlyList<HostAnswer>> AskAsync(string path, CancellationToken cancellation) =>
        await Task.WhenAll(hosts.All.Select(host => AskAsync(host, path, cancellation)));

    private async Task<HostAnswer> AskAsync(RemoteHost host, string path, CancellationToken cancellation)
    {
        if (_silent.TryGetValue(host, out var silent) && time.GetElapsedTime(silent.At) < Rest)
            return new(host, Body: null, silent.Problem);
        var answer = await hosts.AskAsync(host, path, cancellation);
        if (answer.Problem is { } problem)
            _silent[host] = (time.GetTimestamp(), problem);
        else
            _silent.TryRemove(host, out _);
        return answer;
    }
}
