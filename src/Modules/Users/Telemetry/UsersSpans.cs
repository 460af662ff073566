using System.Diagnostics;
using Observability.Tracing;

namespace ECommerce.Users;

/// <summary>The descriptors of the spans that only Users creates.</summary>
internal static class UsersSpans
{
    public const string Iterations = "app.password.iterations";

    public static readonly SpanDescriptor Hash = new("password.hash", ActivityKind.Internal, "The hashing of a password, without the wait for a hashing slot.") { Always = [Iterations] };

    public static readonly SpanDescriptor Check = new("password.check", ActivityKind.Internal, "The verification of a password, without the wait for a hashing slot. The iterations are the same for every account.")
    {
        Always = [Iterations],
    };
}
