using System.Collections.Concurrent;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Observability.Logging;

/// <summary>Maps the name of an event's property to a JSON name: camelCase, and none that every line already has.</summary>
internal static class PropertyName
{
    // Names come from templates and are few. The cache is bounded, so that names made from data cannot fill it.
    private const int MostKept = 1024;

    private static readonly ConcurrentDictionary<string, JsonEncodedText> Known = new();

    public static JsonEncodedText Of(string name)
    {
        if (Known.TryGetValue(name, out var known))
            return known;
        var made = Make(name);
        if (Known.Count < MostKept)
            Known.TryAdd(name, made);
        return made;
    }

    private static JsonEncodedText Make(string name) => JsonEncodedText.Encode(
        JsonNamingPolicy.CamelCase.ConvertName(name) switch
        {
            var taken and ("timestamp" or "level" or "message" or "template" or "category" or "event" or "host") => $"property.{taken}",
            var free => free,
        },
        JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
}
