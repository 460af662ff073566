using ECommerce.Observability.Logging;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace ECommerce.Observability.Otlp;

/// <summary>
/// Gives a log record the properties that the line on stdout has, under the same names. Level and category have places of their own in
/// OTLP.
/// </summary>
internal sealed class FlatAttributes : BaseProcessor<LogRecord>
{
    private const string Template = "{OriginalFormat}";

    // Called on the thread that logs, so the current request is the one that the record belongs to.
    public override void OnEnd(LogRecord data)
    {
        var own = data.Attributes ?? [];
        var attributes = new List<KeyValuePair<string, object?>>(own.Count + 5);
        var (namesService, namesModule) = (false, false);
        foreach (var (name, value) in own)
        {
            if (name == Template)
            {
                attributes.Add(new("template", value));
                continue;
            }
            namesService |= name.Equals("service", StringComparison.OrdinalIgnoreCase);
            namesModule |= name.Equals("module", StringComparison.OrdinalIgnoreCase);
            attributes.Add(new(PropertyName.Of(name).Value, value));
        }

        var module = ModuleName.OfCategory(data.CategoryName ?? "");
        if (!namesService)
            attributes.Add(new("service", module.Service));
        if (!namesModule)
            attributes.Add(new("module", module.Name));
        if (data.EventId.Name is { } eventName)
            attributes.Add(new("event", eventName));
        if (RequestIdFeature.Current is { } request)
            attributes.Add(new("request_id", request.RequestId));
        if (data.Exception is { } exception)
            MoveException(data, exception, attributes);
        data.Attributes = attributes;
    }

    // The exporter would write the type without its namespace.
    private static void MoveException(LogRecord data, Exception exception, List<KeyValuePair<string, object?>> attributes)
    {
        attributes.Add(new("exception.type", exception.GetType().FullName));
        attributes.Add(new("exception.message", exception.Message));
        attributes.Add(new("exception.stacktrace", exception.ToString()));
        data.Exception = null;
    }
}
