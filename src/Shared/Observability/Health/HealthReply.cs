namespace ECommerce.Observability.Health;

/// <summary>The answer of a health endpoint. A status is <c>healthy</c>, <c>degraded</c> or <c>unhealthy</c>.</summary>
internal sealed record HealthReply(
    string Status, string Service, string Version, DateTimeOffset Timestamp, IReadOnlyDictionary<string, CheckReply> Checks);

/// <summary>What one check found.</summary>
internal sealed record CheckReply(string Status, double ResponseTimeMs, string? Message, IReadOnlyDictionary<string, object> Details);

/// <summary>The answer of <c>/version</c>.</summary>
internal sealed record VersionReply(string Service, string Version, string Commit, string Runtime);
