using System.Globalization;
using Microsoft.AspNetCore.WebUtilities;
using Observability.Console.Settings;

namespace Observability.Console.Parts;

/// <summary>Addresses of the page of log records.</summary>
internal static class LogAddress
{
    private const int Margin = 1000;

    /// <summary>The records of a trace, with one of them open.</summary>
    /// <param name="trace">The trace id.</param>
    /// <param name="from">The beginning of the trace, in Unix ticks.</param>
    /// <param name="to">Its end.</param>
    /// <param name="line">The sequence number of the record; null for none.</param>
    public static string Of(string trace, long from, long to, long? line = null) => QueryHelpers.AddQueryString($"{ConsoleSettings.PagePath}/logs", new Dictionary<string, string?>
    {
        ["filter"] = $"trace:{trace}",
        ["from"] = TimeRange.Text((from / TimeSpan.TicksPerMillisecond) - Margin),
        ["to"] = TimeRange.Text((to / TimeSpan.TicksPerMillisecond) + Margin),
        ["line"] = line?.ToString(CultureInfo.InvariantCulture),
    });
}
