using System.Buffers;
using System.Text.Json;
using Observability.Console.Otlp;
using Observability.Console.Storage;

namespace Observability.Console.Tests;

/// <summary>The spans of a store as other tools get them: the exported OTLP JSON.</summary>
internal static class ExportedSpans
{
    public static List<(string Scope, JsonElement Span)> Of(SegmentStore store)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var document = new OtlpDocument(output, [new("service.name", "Tills")], isOfSpans: true))
        {
            using var view = store.Read();
            foreach (var segment in view.Segments)
            {
                for (var i = 0; i < segment.Count; i++)
                    document.Add(new SpanRecord(segment[i]));
            }
            document.End();
        }
        return
        [
            .. from scope in JsonElement.Parse(output.WrittenSpan).GetProperty("resourceSpans")[0].GetProperty("scopeSpans").EnumerateArray()
               from span in scope.GetProperty("spans").EnumerateArray()
               select (scope.GetProperty("scope").GetProperty("name").GetString()!, span),
        ];
    }
}
