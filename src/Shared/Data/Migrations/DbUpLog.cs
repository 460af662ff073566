using System.Globalization;
using DbUp.Engine.Output;
using Microsoft.Extensions.Logging;

namespace ECommerce.Data;

/// <summary>Passes DbUp's messages to the log at Debug. The migrator itself logs what operators need.</summary>
internal sealed partial class DbUpLog(ILogger log) : IUpgradeLog
{
    public void LogTrace(string format, params object[] args) => Tell(format, args);

    public void LogDebug(string format, params object[] args) => Tell(format, args);

    public void LogInformation(string format, params object[] args) => Tell(format, args);

    public void LogWarning(string format, params object[] args) => Tell(format, args);

    public void LogError(string format, params object[] args) => Tell(format, args);

    public void LogError(Exception ex, string format, params object[] args) => Tell(format, args);

    private void Tell(string format, object[] args)
    {
        if (log.IsEnabled(LogLevel.Debug))
            Line(log, string.Format(CultureInfo.InvariantCulture, format, args));
    }

    [LoggerMessage(LogLevel.Debug, "DbUp: {Text}", EventName = "dbup.message")]
    private static partial void Line(ILogger log, string text);
}
