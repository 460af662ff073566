using System.Reflection;
using Observability.Console.Parts;

namespace Observability.Console.Settings;

/// <summary>The settings of the console that a host makes in code. What an operator may change is in <see cref="ConsoleOptions"/>.</summary>
public sealed class ConsoleSettings
{
    /// <summary>The path of the pages.</summary>
    public const string PagePath = "/console";

    /// <summary>What stands in the head of each page.</summary>
    public string Title { get; set; } = "Console";

    /// <summary>The pages in the head, in their order. A host adds its own, whose component has a <c>@page</c> below <see cref="PagePath"/>.</summary>
    public IList<ConsolePageLink> Pages { get; } =
    [
        new("Overview", PagePath),
        new("Traces", PagePath + "/traces"),
        new("Logs", PagePath + "/logs"),
        new("Metrics", PagePath + "/metrics"),
        new("Map", PagePath + "/map"),
        new("What differs", PagePath + "/differs"),
        new("Alerts", PagePath + "/alerts"),
    ];

    /// <summary>The assemblies with the host's own pages.</summary>
    public IList<Assembly> PageAssemblies { get; } = [];

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

    /// <summary>Files of recording and alerting rules in Prometheus' form, each with the name that errors call it by.</summary>
    public IDictionary<string, string> RuleFiles { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Runbooks in Markdown, by their names. An alert leads to the one that its annotation <c>runbook_url</c> ends with, <c>.md</c> left out.
    /// </summary>
    public IDictionary<string, string> Runbooks { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The labels that Prometheus adds to every series of this host, <c>job</c> and <c>instance</c>, so that expressions may name them.</summary>
    public IDictionary<string, string> TargetLabels { get; } = new SortedDictionary<string, string>(StringComparer.Ordinal);

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

    /// <summary>Whether a start in Development shows a one-time link on stderr. A host that shows one itself (<c>ConsoleLinks</c>) says false.</summary>
    public bool ShowsLink { get; set; } = true;
}

/// <summary>A page in the head of the console.</summary>
public sealed record ConsolePageLink(string Title, string Path);
