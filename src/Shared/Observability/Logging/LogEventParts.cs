using Serilog.Events;
using Serilog.Parsing;

namespace Observability.Logging;

/// <summary>
/// What Serilog keeps behind its interfaces, as the types that it really is: walking those makes no enumerator on the heap.
/// Should they change, a copy is made instead.
/// </summary>
internal static class LogEventParts
{
    public static Dictionary<string, LogEventPropertyValue> OwnProperties(this LogEvent entry) =>
        entry.Properties as Dictionary<string, LogEventPropertyValue> ?? new(entry.Properties);

    public static MessageTemplateToken[] OwnTokens(this MessageTemplate template) =>
        template.Tokens as MessageTemplateToken[] ?? [.. template.Tokens];
}
