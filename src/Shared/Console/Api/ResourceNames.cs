using Microsoft.Extensions.Hosting;
using Observability.Context;
using Observability.Settings;

namespace Observability.Console.Api;

/// <summary>The resource attributes of every OTLP document of this host: which program it is, and which of several.</summary>
internal sealed class ResourceNames(ObservabilitySettings settings, ServiceInstance instance, IHostEnvironment environment)
{
    public IReadOnlyList<KeyValuePair<string, string>> Attributes { get; } =
    [
        new("service.name", settings.ServiceName),
        new("service.version", settings.Build.Version),
        new("service.instance.id", instance.Id),
        new("deployment.environment.name", environment.EnvironmentName.ToLowerInvariant()),
    ];
}
