using Microsoft.Extensions.Logging;

namespace ECommerce.Architecture.Tests;

public sealed class LoggingTests
{
    [Fact]
    public void No_method_that_logs_is_named_after_the_event_of_another()
    {
        var lines = Directory.GetFiles(AppContext.BaseDirectory, "ECommerce.*.dll")
            .Where(file => !file.EndsWith(".Tests.dll", StringComparison.Ordinal))
            .SelectMany(file => Assembly.Load(AssemblyName.GetAssemblyName(file)).GetTypes())
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            .Select(method => (Method: method, Event: method.GetCustomAttribute<LoggerMessageAttribute>()?.EventName))
            .Where(line => line.Event is not null)
            .ToArray();
        var events = lines.ToLookup(line => line.Event!.Replace("_", "", StringComparison.Ordinal).Replace(".", "", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase);

        lines.ShouldContain(line => line.Event == "outbox.unreachable");
        lines.Where(line => events.Contains(line.Method.Name) && !events[line.Method.Name].Contains(line))
            .Select(line => $"{line.Method.DeclaringType!.Name}.{line.Method.Name} logs {line.Event}")
            .ShouldBeEmpty();
    }
}
