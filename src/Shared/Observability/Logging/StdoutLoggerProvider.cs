using System.Text.Json;
using Microsoft.Extensions.Logging;
using Observability.Context;
using Serilog.Extensions.Logging;

namespace Observability.Logging;

/// <summary>The logger provider of stdout and the log file: Serilog, and a direct path for log entries that write themselves.</summary>
internal sealed class StdoutLoggerProvider(SerilogLoggerProvider serilog, LogWriter writer, LogWriter? file, ServiceInstance instance) : ILoggerProvider
{
    private readonly JsonEncodedText _host = JsonLine.Encode(instance.Id);

    public ILogger CreateLogger(string categoryName) => new StdoutLogger(serilog.CreateLogger(categoryName), JsonLine.Encode(categoryName), _host, writer, file);

    public void Dispose() => serilog.Dispose();

    private sealed class StdoutLogger(ILogger serilog, JsonEncodedText category, JsonEncodedText host, LogWriter writer, LogWriter? file) : ILogger
    {
        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (state is ILogLine line && exception is null)
            {
                writer.Write(line, logLevel, category, host);
                file?.Write(line, logLevel, category, host);
            }
            else
            {
                serilog.Log(logLevel, eventId, state, exception, formatter);
            }
        }

        public bool IsEnabled(LogLevel logLevel) => serilog.IsEnabled(logLevel);

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => serilog.BeginScope(state);
    }
}
