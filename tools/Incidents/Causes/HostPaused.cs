using System.Globalization;
using ECommerce.Incidents.Model;
using ECommerce.Testing;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>An agent stops the host's process for its snapshots, again and again.</summary>
internal sealed class HostPaused : ICause
{
    private const string Program = "snapshot-agent";

    // Asked to end, it lets the host go on.
    private const string Script = "trap 'kill -CONT $1; exit' TERM; while kill -STOP $1 && sleep $2 && kill -CONT $1; do sleep $3; done";

    public string Mechanism => Mechanisms.HostPaused;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, ShopMap.Host, Scopes.All, null, size);

    public Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        var host = arena.HostProcessId.ToString(CultureInfo.InvariantCulture);
        var agent = arena.StartNeighbour("sh", "-c", Script, Program, host, Text(plan.Between(0.6, 2.5)), Text(plan.Between(6, 2)));
        return Task.FromResult<IAsyncDisposable>(Effect.Of(async () =>
        {
            await agent.DisposeAsync();
            await Subprocess.RunAsync("kill", "-CONT", host);
        }));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => [Neighbours.Cure(Program), "Restart the host: the agent knows the old process only."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("http_request_duration_seconds", "Requests that are in flight at that moment take longer by a pause, whatever they do."),
        Seen.Metric("process_cpu_seconds_total", "It stands still during a pause."),
        Seen.Span("{method} {route}", "Traces that overlap a pause have a gap in which nothing happens."),
        Seen.Machine("processes", $"{Program} runs since the beginning, and the host's state is T time and again."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "http_request_duration_seconds: a few requests of all routes are slow, at the same moments.",
        "The console's charts have no sample for as long, although collections and threads are as usual.",
        "Slow traces: the gap is at the same time in all of them, wherever they were.",
        $"ps -ef: the host's state is T, and {Program} names its process id.",
    ];

    private static string Text(double seconds) => seconds.ToString("0.00", CultureInfo.InvariantCulture);
}
