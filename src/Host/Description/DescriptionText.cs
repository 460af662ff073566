using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>The OpenAPI document as it is served: written once, the same byte for byte in every run of the same build.</summary>
internal sealed class DescriptionText([FromKeyedServices(DescriptionText.Name)] IOpenApiDocumentProvider documents)
{
    public const string Name = "v1";

    private readonly Lazy<Task<byte[]>> _text = new(() => WriteAsync(documents));

    public Task<byte[]> ReadAsync() => _text.Value;

    private static async Task<byte[]> WriteAsync(IOpenApiDocumentProvider documents)
    {
        var document = await documents.GetOpenApiDocumentAsync(CancellationToken.None);
        using var bytes = new MemoryStream();
        await document.SerializeAsJsonAsync(bytes, OpenApiSpecVersion.OpenApi3_1, CancellationToken.None);
        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }
}
