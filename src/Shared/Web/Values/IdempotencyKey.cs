using ECommerce.Text;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>
/// The header <c>Idempotency-Key</c> (draft-ietf-httpapi-idempotency-key-header), a UUID that becomes the id of the created resource.
/// Without the header the server creates an id, and a retry is another request.
/// </summary>
public readonly record struct IdempotencyKey(Guid Value)
{
    public const string Header = "Idempotency-Key";

    public static implicit operator Guid(IdempotencyKey key) => key.Value;

    public Guid ToGuid() => Value;

    public static ValueTask<IdempotencyKey> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var sent = context.Request.Headers[Header];
        if (sent.Count == 0)
            return ValueTask.FromResult(new IdempotencyKey(Guid.CreateVersion7()));
        return StrictParser.TryReadUuid(Unquoted(sent.ToString()), out var key) && key != Guid.Empty
            ? ValueTask.FromResult(new IdempotencyKey(key))
            : throw RefusalException.Invalid(Header, "Must be a UUID such as 0190f5fe-7c00-7a00-8000-000000000001, and not the empty one.");
    }

    // The draft defines a string of RFC 9651, in quotes; most clients omit them.
    private static ReadOnlySpan<char> Unquoted(ReadOnlySpan<char> sent) => sent is ['"', .. var key, '"'] ? key : sent;
}
