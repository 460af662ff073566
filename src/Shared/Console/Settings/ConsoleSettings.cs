using Observability.Console.Parts;

namespace Observability.Console.Settings;

/// <summary>The settings of the console that a host makes in code. What an operator may change is in <see cref="ConsoleOptions"/>.</summary>
public sealed class ConsoleSettings
{
    /// <summary>The path of the API, below which <c>traces</c>, <c>logs</c> and <c>map</c> lie.</summary>
    public string ApiPath { get; set; } = "/ops/api";

    /// <summary>
    /// The words of the filter language that stand for attributes, each with the attributes that it means: one that has the value is enough.
    /// </summary>
    public IDictionary<string, IReadOnlyList<string>> Fields { get; } = new Dictionary<string, IReadOnlyList<string>>(StringComparer.OrdinalIgnoreCase)
    {
        ["module"] = ["module", "app.module"],
        ["service"] = ["service"],
        ["route"] = ["http.route", "path"],
        ["method"] = ["http.request.method", "method"],
    };

    /// <summary>The span attribute with the name of the module; a span without it gets the owner of its route, when there is one.</summary>
    public string ModuleAttribute { get; set; } = "app.module";

    /// <summary>The events of log records that are marked on the axis of time, each with the short word that stands there.</summary>
    public IDictionary<string, string> Happenings { get; } = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["health.changed"] = "health",
        ["log_level.held"] = "level",
        ["log_level.released"] = "level",
    };

    /// <summary>The metric families of the golden signals.</summary>
    public SignalNames Signals { get; } = new();

    /// <summary>What the overview shows of the host's business, the most important first.</summary>
    public IList<ConsoleFigure> Figures { get; } = [];

    /// <summary>What the overview shows of how busy the host is.</summary>
    public IList<ConsoleFigure> Saturation { get; } =
    [
        new("Processor", "process_cpu_seconds_total", FigureValue.Rate, ChartUnit.Share) { Divisor = Environment.ProcessorCount, Note = "of all processors" },
        new("Wait for a thread, 95th percentile", "thread_pool_delay_seconds", FigureValue.P95, ChartUnit.Seconds),
        new("Threads of the pool", "dotnet_thread_pool_thread_count", FigureValue.Value, ChartUnit.Number),
        new("Requests in flight", "http_active_connections", FigureValue.Value, ChartUnit.Number),
        new("Memory", "process_resident_memory_bytes", FigureValue.Value, ChartUnit.Bytes),
    ];
}
