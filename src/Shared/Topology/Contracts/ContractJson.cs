using System.Text.Json;
using ECommerce.Kernel;

namespace ECommerce.Topology;

/// <summary>
/// The JSON of calls: that of events, in which an unknown member is ignored and an optional one may be missing. A required one must be there,
/// since neither side can tell a missing amount from none: a request without it is refused by its name, and an answer is no result.
/// </summary>
internal static class ContractJson
{
    public static readonly JsonSerializerOptions Options = new(EventJson.Options) { RespectRequiredConstructorParameters = true };
}
