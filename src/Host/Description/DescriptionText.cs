using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>The served OpenAPI document: generated once, and identical byte for byte in every run of the same build.</summary>
internal sealed class DescriptionText([FromKeyedServices(DescriptionText.Name)] IOpenApiDocumentProvider documents, MemberDescriptions texts)
{
    public const string Name = "v1";

    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lazy<Task<byte[]>> _text = new(() => WriteAsync(documents, texts));

    public Task<byte[]> ReadAsync() => _text.Value;

    private static async Task<byte[]> WriteAsync(IOpenApiDocumentProvider documents, MemberDescriptions texts)
    {
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        using var bytes = new MemoryStream();
        await document.SerializeAsJsonAsync(bytes, OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
        var json = JsonNode.Parse(bytes.ToArray())!.AsObject();
        texts.Write(json["components"]!["schemas"]!.AsObject());
        FinishedDocument.Finish(json);
        DocumentExamples.Fill(json);
        return Encoding.UTF8.GetBytes(json.ToJsonString(Json) + "\n");
    }
}
