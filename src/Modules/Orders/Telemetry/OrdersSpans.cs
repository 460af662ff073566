using System.Diagnostics;
using Observability.Tracing;

namespace ECommerce.Orders;

/// <summary>The spans that only Orders makes.</summary>
internal static class OrdersSpans
{
    public static readonly SpanShape Charge = new("payment.charge", ActivityKind.Client, "A charge, until the provider has answered or too late.")
    {
        Always = ["payment.outcome"],
        Sometimes = ["error.type"],
    };
}
