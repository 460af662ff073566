using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Orders;

/// <summary>How the shop deals with the payment provider, and how that one is simulated (section <c>Payments</c>).</summary>
internal sealed class PaymentsOptions
{
    [Description("How long a request waits for the provider's answer before the payment is left pending.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:20")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    [Description("How often a customer may try to pay for one order.")]
    [Range(1, 1000)]
    public int AttemptsPerOrder { get; set; } = 10;

    [Description("How long the simulated provider takes to answer for slow_card.")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SlowAnswer { get; set; } = TimeSpan.FromSeconds(5);

    [Description("How often the provider is asked about payments that are pending and refunds that are owed.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan ResolveInterval { get; set; } = TimeSpan.FromSeconds(1);
}
