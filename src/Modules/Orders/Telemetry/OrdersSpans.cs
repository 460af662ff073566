using System.Diagnostics;
using Observability.Tracing;

namespace ECommerce.Orders;

/// <summary>The descriptors of the spans that only Orders creates.</summary>
internal static class OrdersSpans
{
    public static readonly SpanDescriptor Charge = new("payment.charge", ActivityKind.Client, "A charge, until the provider answers or times out.")
    {
        Always = ["payment.outcome"],
        Sometimes = ["error.type"],
    };
}
