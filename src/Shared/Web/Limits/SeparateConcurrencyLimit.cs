using Microsoft.AspNetCore.Builder;

namespace ECommerce.Web;

/// <summary>
/// Endpoint metadata: requests of this endpoint are limited by a queue of their own and are exempt from the host's concurrency limit (<see
/// cref="LimitsOptions.Concurrency"/>).
/// </summary>
public sealed record SeparateConcurrencyLimit;

public static class SeparateConcurrencyLimitExtensions
{
    /// <summary>Exempts an endpoint with a queue of its own from the concurrency limit.</summary>
    public static TBuilder WithSeparateConcurrencyLimit<TBuilder>(this TBuilder endpoint) where TBuilder : IEndpointConventionBuilder =>
        endpoint.WithMetadata(new SeparateConcurrencyLimit());
}
