using ECommerce.Kernel;
using ECommerce.Web;

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
}
