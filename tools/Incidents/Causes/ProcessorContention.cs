using ECommerce.Incidents.Model;
using ECommerce.Traffic;

namespace ECommerce.Incidents.Causes;

/// <summary>Other programs compute on the processors of the host.</summary>
internal sealed class ProcessorContention : ICause
{
    private const string Program = "video-encoder";

    public string Mechanism => Mechanisms.ProcessorContention;

    public CausePlan Plan(SeededRandom dice, double size) => new(Mechanism, ShopMap.Processor, Scopes.All, null, size);

    public Task<IAsyncDisposable> BeginAsync(IArena arena, CausePlan plan, CancellationToken ct)
    {
        // Linux divides the processors among sessions first: each program in one of its own takes a full share.
        string[] alone = OperatingSystem.IsLinux() ? ["setsid"] : [];
        var encoders = Enumerable.Range(0, (int)(Environment.ProcessorCount * plan.Between(2, 8)))
            .Select(_ => arena.StartNeighbour([.. alone, "sh", "-c", "while :; do :; done", Program])).ToList();
        return Task.FromResult<IAsyncDisposable>(Effect.Of(async () =>
        {
            foreach (var encoder in encoders)
                await encoder.DisposeAsync();
        }));
    }

    public IReadOnlyList<string> Cures(CausePlan plan) => [$"End the processes {Program} beside the host."];

    public IReadOnlyList<Signal> Signals(CausePlan plan) =>
    [
        Seen.Metric("http_request_duration_seconds", "All routes are slower, those that compute most of all."),
        Seen.Metric("thread_pool_delay_seconds", "Work items wait for a thread."),
        Seen.Metric("process_cpu_seconds_total", "The host itself uses no more than before."),
        Seen.Span("password.check", "The same iterations take several times as long."),
        Seen.Machine("processes", $"The load average is high, and {Program} uses the processors."),
    ];

    public IReadOnlyList<string> Path(CausePlan plan) =>
    [
        "http_request_duration_seconds: all routes are slower.",
        "password.check: computing takes longer, for the same iterations.",
        "process_cpu_seconds_total: the host does not use more of the processors.",
        $"top: {Program} does.",
    ];
}
