using System.ComponentModel.DataAnnotations;

namespace Observability.Health;

/// <summary>The body of a health endpoint's answer.</summary>
/// <param name="Status">The worst status of the checks.</param>
/// <param name="Service">The name of the service.</param>
/// <param name="Version">The version of the build.</param>
/// <param name="Topology">How the application is split into processes.</param>
/// <param name="Timestamp">When the host answered.</param>
/// <param name="Checks">The checks of this probe, by name.</param>
internal sealed record HealthReply(
    [property: AllowedValues("healthy", "degraded", "unhealthy")] string Status, string Service, string Version, string Topology, DateTimeOffset Timestamp,
    IReadOnlyDictionary<string, CheckReply> Checks);

/// <summary>The result of one health check.</summary>
/// <param name="Status">degraded: the host keeps its traffic; unhealthy: it does not.</param>
/// <param name="ResponseTimeMs">How long the check took, in milliseconds.</param>
/// <param name="Message">What is wrong; null when nothing is.</param>
/// <param name="Details">Measurements of the check, by name.</param>
internal sealed record CheckReply(
    [property: AllowedValues("healthy", "degraded", "unhealthy")] string Status, double ResponseTimeMs, string? Message, IReadOnlyDictionary<string, object> Details);

/// <summary>The build that is running.</summary>
/// <param name="Service">The name of the service.</param>
/// <param name="Version">The version of the build.</param>
/// <param name="Commit">The commit that was built.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="Topology">How the application is split into processes.</param>
internal sealed record VersionReply(string Service, string Version, string Commit, string Runtime, string Topology);
