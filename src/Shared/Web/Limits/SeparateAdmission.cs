using Microsoft.AspNetCore.Builder;

namespace ECommerce.Web;

/// <summary>
/// Endpoint metadata: requests of this endpoint wait in a queue of their own, which bounds them, and hold no place of the host's
/// concurrency limit (<see cref="LimitsOptions.Concurrency"/>).
/// </summary>
public sealed record SeparateAdmission;

public static class SeparateAdmissionExtensions
{
    /// <summary>Marks an endpoint whose requests are bounded by a queue of their own.</summary>
    public static TBuilder WithSeparateAdmission<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new SeparateAdmission());
}
