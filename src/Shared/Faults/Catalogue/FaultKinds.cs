namespace ECommerce.Faults;

/// <summary>The faults that every host has. Modules add their own.</summary>
internal static class FaultKinds
{
    public static readonly FaultParameter AddedLatency = FaultParameter.Time("latency", TimeSpan.FromMilliseconds(500), most: TimeSpan.FromSeconds(30));

    public static readonly FaultKind Latency = new("latency", "A command or query waits before it begins.", FaultScope.Slice)
    {
        Share = "its executions",
        Amounts = [AddedLatency],
        IsOfOneRequest = true,
    };

    public static readonly FaultParameter ProcessorTime = FaultParameter.Time("processorTime", TimeSpan.FromMilliseconds(200), most: TimeSpan.FromSeconds(5));

    public static readonly FaultKind BusyLoop = new("busy_loop", "A command or query computes before it begins, which takes a processor.", FaultScope.Slice)
    {
        Share = "its executions",
        Amounts = [ProcessorTime],
        IsOfOneRequest = true,
    };

    public static readonly FaultKind Exception = new("exception", "A command or query fails as on a defect: 500.", FaultScope.Slice)
    {
        Share = "its executions",
        IsOfOneRequest = true,
    };

    public static readonly FaultKind DependencyRefused = new("dependency_refused", "A command or query fails as when the database refuses connections: 503.", FaultScope.Slice)
    {
        Share = "its executions",
        IsOfOneRequest = true,
    };

    public static readonly FaultKind RelayStalled = new("relay_stalled", "The relay of an outbox takes no rows: events wait.", FaultScope.Module)
    {
        Share = "its looks at the outbox",
    };

    public static readonly FaultKind EventHandlerFails = new("event_handler_fails", "A handler of events fails: the event is retried, and parked in the end.", FaultScope.Handler)
    {
        Share = "its deliveries",
    };

    public static readonly FaultParameter SlowedBy = FaultParameter.Time("latency", TimeSpan.FromMilliseconds(500), most: TimeSpan.FromSeconds(10));

    public static readonly FaultKind SlowQuery = new("slow_query", "PostgreSQL sleeps before it runs a statement, which holds its connection.", FaultScope.Module)
    {
        Share = "the module's statements",
        Amounts = [SlowedBy],
        IsOfOneRequest = true,
    };

    public static readonly FaultKind PoolDrained = new("pool_drained", "Connections of a pool are taken and held: callers wait for one, and are refused in the end.", FaultScope.Module)
    {
        Share = "the pool",
    };

    public static readonly FaultParameter TransportLatency = FaultParameter.Time("latency", TimeSpan.FromMilliseconds(500), most: TimeSpan.FromSeconds(30));

    public static readonly FaultKind ContractLatency = new("contract_latency", "The request of a call reaches the module's host late: the call takes longer, or times out.", FaultScope.Call)
    {
        Share = "the attempts of calls",
        Amounts = [TransportLatency],
        IsOfOneRequest = true,
    };

    public static readonly FaultKind ContractRefused = new("contract_refused", "Connections to the module's host are refused, as when nobody listens: calls are retried, and end as 503.", FaultScope.Call)
    {
        Share = "the attempts of calls",
        IsOfOneRequest = true,
    };

    public static readonly FaultKind ContractTorn = new("contract_torn", "The answer of the module's host ends in the middle: calls are retried although the module has handled them.", FaultScope.Call)
    {
        Share = "the attempts of calls",
        IsOfOneRequest = true,
    };

    public static readonly FaultParameter Cores = FaultParameter.Count("cores", usual: 1, most: 64);

    public static readonly FaultKind CpuBurn = new("cpu_burn", "Threads compute nothing, one for each core that is asked for and there.", FaultScope.Host)
    {
        Share = "each core",
        Amounts = [Cores],
    };

    public static readonly FaultParameter Megabytes = FaultParameter.Count("megabytes", usual: 64, most: 512);

    public static readonly FaultKind MemoryLeak = new("memory_leak", "Memory is taken and kept, 20 MB a second, until it is as much as asked for.", FaultScope.Host)
    {
        Amounts = [Megabytes],
    };

    public static readonly FaultParameter Threads = FaultParameter.Count("threads", usual: 32, most: 256);

    public static readonly FaultKind ThreadpoolStarved = new("threadpool_starved", "Threads of the pool block, and work that is ready waits for one.", FaultScope.Host)
    {
        Amounts = [Threads],
    };

    public static readonly FaultParameter LinesPerSecond = FaultParameter.Count("linesPerSecond", usual: 500, most: 20_000);

    public static readonly FaultKind LogFlood = new("log_flood", "Lines without meaning are logged.", FaultScope.Host)
    {
        Amounts = [LinesPerSecond],
    };

    public static readonly FaultParameter Series = FaultParameter.Count("series", usual: 2_000, most: 20_000);

    public static readonly FaultKind CardinalityExplosion = new("cardinality_explosion", "The metric fault_noise_total gets a label value that is different each time.", FaultScope.Host)
    {
        Amounts = [Series],
    };

    public static readonly FaultKind[] All =
    [
        Latency, BusyLoop, Exception, DependencyRefused, RelayStalled, EventHandlerFails, SlowQuery, PoolDrained,
        ContractLatency, ContractRefused, ContractTorn,
        CpuBurn, MemoryLeak, ThreadpoolStarved, LogFlood, CardinalityExplosion,
    ];
}
