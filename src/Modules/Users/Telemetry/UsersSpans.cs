using System.Diagnostics;
using Observability.Tracing;

namespace ECommerce.Users;

/// <summary>The spans that only Users makes.</summary>
internal static class UsersSpans
{
    public const string Iterations = "app.password.iterations";

    public static readonly SpanShape Hash = new("password.hash", ActivityKind.Internal, "A password hashed, without the wait for a hashing slot.") { Always = [Iterations] };

    public static readonly SpanShape Check = new("password.check", ActivityKind.Internal, "A password compared with a hash, without the wait for a hashing slot. The iterations are the same for every account.")
    {
        Always = [Iterations],
    };
}
