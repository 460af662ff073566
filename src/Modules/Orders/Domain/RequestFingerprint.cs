using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ECommerce.Orders;

/// <summary>
/// The idempotency fingerprint of a request to place an order: SHA-256 of the whole command as JSON. It tells a retry from another request
/// under the same key (draft-ietf-httpapi-idempotency-key-header, section 2.3).
/// </summary>
/// <remarks>
/// A fingerprint is compared with those that earlier versions recorded. A new member of the command goes to the end, and its default is null,
/// which is left out of the JSON: the fingerprint of a request without that member stays the same.
/// </remarks>
internal static class RequestFingerprint
{
    private static readonly JsonSerializerOptions Json = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The fingerprint. The order of the lines does not count: no product is on two of them.</summary>
    public static byte[] Of(PlaceOrder.Command command) => SHA256.HashData(
        JsonSerializer.SerializeToUtf8Bytes(command with { Lines = [.. command.Lines.OrderBy(line => line.ProductId)] }, Json));
}
