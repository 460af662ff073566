using Serilog.Events;
using Serilog.Parsing;

namespace Observability.Logging;

/// <summary>
/// Casts Serilog's interfaces to the concrete types behind them, whose enumerators need no allocation. Falls back to a copy when the types
/// change.
/// </summary>
internal static class LogEventParts
{
    public static Dictionary<string, LogEventPropertyValue> OwnProperties(this LogEvent entry) =>
        entry.Properties as Dictionary<string, LogEventPropertyValue> ?? new(entry.Properties);

    public static MessageTemplateToken[] OwnTokens(this MessageTemplate template) =>
        template.Tokens as MessageTemplateToken[] ?? [.. template.Tokens];
}
