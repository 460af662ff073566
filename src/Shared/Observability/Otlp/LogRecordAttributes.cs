using System.Diagnostics;
using System.Globalization;
using Observability.Context;
using Observability.Logging;
using Observability.Text;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Observability.Otlp;

/// <summary>
/// Gives a log record the attributes of the line on stdout, under the same names. Severity and category have fields of their own in OTLP.
/// </summary>
internal sealed class LogRecordAttributes(StackTraceDeduplicator stacks, Owners owners) : BaseProcessor<LogRecord>
{
    private const string Template = "{OriginalFormat}";

    // Called on the logging thread, so that the current request is the one that the record belongs to.
    public override void OnEnd(LogRecord data)
    {
        var own = data.Attributes ?? [];
        var attributes = new List<KeyValuePair<string, object?>>(own.Count + 6);
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
            attributes.Add(new(PropertyName.Of(name).Value, Bounded(value)));
        }

        var owner = owners.OfCategory(data.CategoryName ?? "");
        if (!namesService)
            attributes.Add(new("service", owner.Service));
        if (!namesModule)
            attributes.Add(new("module", owner.Module));
        if (data.EventId.Name is { } eventName)
            attributes.Add(new("event", eventName));
        if (RequestIdFeature.Current is { } request)
            attributes.Add(new("request_id", request.RequestId));
        // The record has the trace id, which the answer to the request named, and its flags; the attribute is for queries.
        if (data.TraceId != default && !data.TraceFlags.HasFlag(ActivityTraceFlags.Recorded))
            attributes.Add(new("sampled", false));
        if (data.FormattedMessage is { Length: > TelemetryLimits.Message } message)
            data.FormattedMessage = TelemetryLimits.Cut(message, TelemetryLimits.Message);
        if (data.Exception is { } exception)
            MoveException(data, exception, attributes);
        data.Attributes = attributes;
    }

    // The exporter would write the type without its namespace.
    private void MoveException(LogRecord data, Exception exception, List<KeyValuePair<string, object?>> attributes)
    {
        attributes.Add(new("exception.type", exception.GetType().FullName));
        attributes.Add(new("exception.message", TelemetryLimits.Cut(exception.Message, TelemetryLimits.Message)));
        var told = stacks.Of(exception);
        if (told.Stack is not null)
            attributes.Add(new("exception.stacktrace", told.Stack));
        if (told.Repetitions > 0)
            attributes.Add(new("exception.repetitions", told.Repetitions));
        data.Exception = null;
    }

    // A value that is neither text nor a number is exported as text.
    private static object? Bounded(object? value) => value switch
    {
        string text => TelemetryLimits.Cut(text, TelemetryLimits.Value),
        null or bool or IFormattable or Array => value,
        _ => TelemetryLimits.Cut(Convert.ToString(value, CultureInfo.InvariantCulture) ?? "", TelemetryLimits.Value),
    };
}
