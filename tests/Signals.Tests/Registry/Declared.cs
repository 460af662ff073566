using System.Reflection;
using ECommerce.Observability.Metrics;
using ECommerce.Observability.Tracing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ECommerce.Signals.Tests.Registry;

/// <summary>What the code says that the host tells.</summary>
internal sealed record Declared(IReadOnlyList<MetricDeclaration> Metrics, IReadOnlyList<SpanShape> Spans, IReadOnlyList<Declared.Line> Lines)
{
    /// <summary>One kind of log line.</summary>
    /// <param name="Template">Its sentence.</param>
    /// <param name="Event">Its name.</param>
    /// <param name="Level">None when it depends on the case.</param>
    /// <param name="Properties">What it carries, in camelCase.</param>
    public sealed record Line(string Template, string Event, LogLevel Level, IReadOnlyList<string> Properties);

    public static Declared By(IServiceProvider host) => new(
        host.GetRequiredService<MetricFamilies>().Declarations,
        [.. host.GetServices<SpanShape>()],
        [
            .. AppDomain.CurrentDomain.GetAssemblies()
                .Where(assembly => assembly.GetName().Name is { } name && name.StartsWith("ECommerce.", StringComparison.Ordinal) && !name.EndsWith(".Tests", StringComparison.Ordinal))
                .SelectMany(assembly => assembly.GetTypes())
                .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                .Select(LineOf)
                .OfType<Line>()
                .OrderBy(line => line.Event, StringComparer.Ordinal),
        ]);

    private static Line? LineOf(MethodInfo method) => method.GetCustomAttribute<LoggerMessageAttribute>() is not { } line
        ? null
        : new(line.Message, line.EventName ?? method.Name, line.Level,
            [.. method.GetParameters().Where(parameter => IsProperty(parameter, line)).Select(parameter => parameter.Name!)]);

    private static bool IsProperty(ParameterInfo parameter, LoggerMessageAttribute line) =>
        !typeof(ILogger).IsAssignableFrom(parameter.ParameterType)
        && !typeof(Exception).IsAssignableFrom(parameter.ParameterType)
        && (parameter.ParameterType != typeof(LogLevel) || line.Level is not LogLevel.None);
}
