using System.Text.Json;
using System.Text.Json.Serialization;

namespace ECommerce.Kernel;

/// <summary>The JSON of stored events. Contract events only grow by optional members: docs/adr/0041.</summary>
public static class EventJson
{
    /// <summary>
    /// camelCase, enums in snake_case. A member that the reader does not know is ignored, and one that the payload lacks gets its default, so
    /// that an older reader survives a newer writer and a newer reader survives an older row.
    /// </summary>
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };
}
