using Microsoft.Extensions.Configuration;

namespace Observability.Otlp;

/// <summary>Validates the OpenTelemetry variables that are set.</summary>
public static class OtelVariables
{
    private const string Prefix = "OTEL_";

    // Variables of .NET's SDK and of its instrumentation, which no page of the specification lists.
    private static readonly string[] Foreign = ["OTEL_DOTNET_", "OTEL_INSTRUMENTATION_", "OTEL_SEMCONV_", "OTEL_DIAGNOSTICS", "OTEL_EXPERIMENTAL_"];

    /// <summary>Invalid values, each as a line that begins with the variable.</summary>
    public static IEnumerable<string> Problems(IConfiguration configuration) =>
        from variable in OtelVariable.All
        let text = configuration[variable.Name]
        where !string.IsNullOrWhiteSpace(text) && variable.Fits?.Invoke(text) is false
        select $"{variable.Name} must be {variable.Rule}.";

    /// <summary>Variables that are set and have no effect, each with the reason.</summary>
    public static IEnumerable<(string Name, string Reason)> WithoutEffect(IConfiguration configuration)
    {
        foreach (var child in configuration.GetChildren().Where(child => child.Key.StartsWith(Prefix, StringComparison.Ordinal) && !string.IsNullOrWhiteSpace(child.Value)))
        {
            if (OtelVariable.All.FirstOrDefault(variable => variable.Name == child.Key) is { } known)
            {
                if (!known.IsObeyed)
                    yield return (known.Name, known.Effect);
            }
            else if (!Foreign.Any(prefix => child.Key.StartsWith(prefix, StringComparison.Ordinal)))
                yield return (child.Key, "OpenTelemetry's specification lists no such variable.");
        }
    }
}
