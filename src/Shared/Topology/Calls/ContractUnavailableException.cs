using System.Text.Json;
using ECommerce.Kernel;
using ECommerce.Web;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace ECommerce.Topology;

/// <summary>
/// Thrown when the host of another module cannot be reached, does not answer in time, or answers with anything but a result. The caller gets
/// 503 <c>dependency_unavailable</c> with Retry-After and the name of the module.
/// </summary>
public sealed class ContractUnavailableException(string module, string reason, Exception? cause = null)
    : RefusalException(CommonErrors.DependencyUnavailable.Because($"The module {module} does not answer.").With("module", module), cause)
{
    public string Module { get; } = module;

    /// <summary>The reason, as attributes and labels name it: <c>unreachable</c>, <c>timeout</c>, <c>circuit_open</c>, <c>busy</c>, <c>torn</c> or a status.</summary>
    public string Reason { get; } = reason;

    /// <summary>The reason that an exception of a client of <see cref="ModuleClients"/> stands for.</summary>
    /// <returns>Null for an exception that says nothing of the other host.</returns>
    public static string? ReasonOf(Exception failure) => failure switch
    {
        BrokenCircuitException => "circuit_open",
        RateLimiterRejectedException => "busy",
        TimeoutRejectedException or OperationCanceledException => "timeout",
        JsonException => "torn",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded or HttpRequestError.InvalidResponse } => "torn",
        HttpRequestException { InnerException: IOException } or IOException => "torn",
        HttpRequestException => "unreachable",
        _ => null,
    };
}
