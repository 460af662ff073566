using Microsoft.Extensions.Logging;
using Observability.Logging;
using OpenTelemetry.Logs;

namespace Observability.Tests;

public sealed class LogLevelsTests
{
    [Fact]
    public async Task A_level_that_is_held_holds_for_stdout_and_for_OTLP_alike()
    {
        var sent = new List<LogRecord>();
        await using var host = await ObservedHost.StartAsync(
            builder => builder.Services.ConfigureOpenTelemetryLoggerProvider(logs => logs.AddInMemoryExporter(sent)),
            configuration: new() { ["OTEL_EXPORTER_OTLP_ENDPOINT"] = "http://127.0.0.1:9" });
        var levels = host.Services.GetRequiredService<LogLevels>();
        var group = new LogGroup("orders", ["ECommerce.Orders"]);
        var log = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ECommerce.Orders");

        log.LogDebug("before");
        levels.SetFor(group, LogLevel.Debug, TimeSpan.FromMinutes(1));
        log.LogDebug("meanwhile");
        levels.Release(group);
        log.LogDebug("afterwards");
        log.LogInformation("last");

        await Eventually.PassesAsync(() =>
        {
            host.Log.Lines.Where(line => line.GetProperty("category").GetString() == "ECommerce.Orders")
                .Select(line => line.GetProperty("message").GetString()).ShouldBe(["meanwhile", "last"]);
            return Task.CompletedTask;
        });
        sent.Where(record => record.CategoryName == "ECommerce.Orders").Select(record => record.Body).ShouldBe(["meanwhile", "last"]);
    }
}
