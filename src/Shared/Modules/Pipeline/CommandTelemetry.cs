using System.Diagnostics;
using ECommerce.Kernel;
using Microsoft.Extensions.Logging;
using Observability.Tracing;

namespace ECommerce.Modules;

/// <summary>
/// The constant parts of one request type's telemetry: names, ActivitySource, logger, meter and the ids to record. Created once per type.
/// </summary>
internal class CommandTelemetry
{
    public CommandTelemetry(Type request, ModuleName module, string name, string kind, CommandMetrics metrics, ILoggerFactory loggers)
    {
        (Module, Name, Kind) = (module, name, kind);
        Slice = new(module.Name, name, HandlesEvents: kind == "event");
        Source = Traces.Source(module.Source);
        Logger = loggers.CreateLogger(module.Source);
        Meter = metrics.For(module.Name, name, kind);
        Level = kind == "query" ? LogLevel.Debug : LogLevel.Information;
        Ids = RequestId.AllOf(request);
        Customer = Array.Find(Ids, id => id.IsCustomer) ?? Array.Find(Ids, id => id.IsCaller);
    }

    public ModuleName Module { get; }
    public string Name { get; }
    public string Kind { get; }

    /// <summary>The same as interceptors know it.</summary>
    public SliceDescriptor Slice { get; }

    public ActivitySource Source { get; }
    public ILogger Logger { get; }
    public CommandMeter Meter { get; }
    public LogLevel Level { get; }

    /// <summary>The ids among the request's properties.</summary>
    public RequestId[] Ids { get; }

    /// <summary>The id of the customer whom the request is about, or else who sends it; null when it names neither.</summary>
    private RequestId? Customer { get; }

    /// <summary>The name of a slice: <c>PlaceOrder.Command</c> appears as <c>PlaceOrder</c>.</summary>
    public static string NameOf(Type type) => (type.DeclaringType ?? type).Name;

    public void Describe(Activity activity, object request)
    {
        activity.SetTag("app.module", Module.Name).SetTag("app.command", Name).SetTag("app.kind", Kind);
        foreach (var id in Ids)
            activity.SetTag(id.Tag, id.Of(request));
        if (GroupOf(request) is { } group)
            activity.SetTag(CustomerGroup.Attribute, group);
    }

    /// <summary>The group of the customer; null when the request names none.</summary>
    public string? GroupOf(object request) => Customer is null ? null : CustomerGroup.Of(Customer.Of(request));

    /// <summary>Records the histogram inside the span, so that its exemplar names the trace, then writes the log line.</summary>
    public void Finish(Activity? activity, object request, CommandOutcome outcome, string? code, TimeSpan elapsed)
    {
        Meter.Record(outcome, elapsed, code);
        activity?.SetTag("app.outcome", outcome.Text());
        if (code is not null)
            activity?.SetTag("app.error.code", code);
        var level = outcome == CommandOutcome.Failed ? LogLevel.Warning : Level;
        if (Logger.IsEnabled(level))
            Logger.Log(level, CommandLogLine.Ended.Event, new CommandLogLine(this, request, outcome, code, elapsed), null, CommandLogLine.Text);
    }
}

/// <summary>The telemetry of one request type, created when the type is first sent.</summary>
internal sealed class CommandTelemetry<TRequest>(CommandMetrics metrics, ILoggerFactory loggers)
    : CommandTelemetry(typeof(TRequest), ModuleName.Of(typeof(TRequest)), NameOf(typeof(TRequest)), KindOf(typeof(TRequest)), metrics, loggers)
{
    private static string KindOf(Type request) =>
        request.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IQuery<>)) ? "query" : "command";
}
