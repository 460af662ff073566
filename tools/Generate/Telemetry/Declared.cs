using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Observability.Logging;
using Observability.Metrics;
using Observability.Settings;
using Observability.Tracing;

namespace ECommerce.Generate.Telemetry;

/// <summary>What the code says that the host tells.</summary>
internal sealed record Declared(IReadOnlyList<MetricDeclaration> Metrics, IReadOnlyList<SpanDescriptor> Spans, IReadOnlyList<Declared.Line> Lines, IReadOnlyList<string> Meters)
{
    /// <summary>One kind of log line.</summary>
    /// <param name="Template">Its sentence.</param>
    /// <param name="Event">Its name.</param>
    /// <param name="Level">In words.</param>
    /// <param name="Properties">What it carries, in camelCase.</param>
    public sealed record Line(string Template, string Event, string Level, IReadOnlyList<string> Properties);

    public static Declared By(IServiceProvider host) => new(
        host.GetRequiredService<MetricFamilies>().Declarations,
        [.. host.GetServices<SpanDescriptor>()],
        [
            .. AppDomain.CurrentDomain.GetAssemblies()
                .Where(assembly => assembly.GetName().Name is { } name
                    && (name == "Observability" || name.StartsWith("ECommerce.", StringComparison.Ordinal))
                    && !name.EndsWith(".Tests", StringComparison.Ordinal))
                .SelectMany(assembly => assembly.GetTypes())
                .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                .Select(LineOf)
                .OfType<Line>()
                .Concat(host.GetServices<LogLineDescriptor>().Select(line => new Line(line.Template, line.Event.Name!, line.Level, line.Properties)))
                .OrderBy(line => line.Event, StringComparer.Ordinal).ThenBy(line => line.Template, StringComparer.Ordinal),
        ],
        [.. host.GetRequiredService<ObservabilitySettings>().Meters]);

    private static Line? LineOf(MethodInfo method) => method.GetCustomAttribute<LoggerMessageAttribute>() is not { } line
        ? null
        : new(line.Message, line.EventName ?? method.Name, line.Level is LogLevel.None ? "by case" : line.Level.ToString().ToLowerInvariant(),
            [.. method.GetParameters().Where(parameter => IsProperty(parameter, line)).Select(parameter => parameter.Name!)]);

    private static bool IsProperty(ParameterInfo parameter, LoggerMessageAttribute line) =>
        !typeof(ILogger).IsAssignableFrom(parameter.ParameterType)
        && !typeof(Exception).IsAssignableFrom(parameter.ParameterType)
        && (parameter.ParameterType != typeof(LogLevel) || line.Level is not LogLevel.None);
}
