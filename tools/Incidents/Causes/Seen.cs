using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Causes;

/// <summary>Signals by their kind.</summary>
internal static class Seen
{
    public static Signal Metric(string name, string reading) => new(SignalKinds.Metric, name, reading);

    public static Signal Span(string name, string reading) => new(SignalKinds.Span, name, reading);

    public static Signal Log(string name, string reading) => new(SignalKinds.Log, name, reading);

    public static Signal Sql(string name, string reading) => new(SignalKinds.Sql, name, reading);

    public static Signal Machine(string name, string reading) => new(SignalKinds.Machine, name, reading);
}
