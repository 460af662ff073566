using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Orders;

/// <summary>The settings of payments and of the simulated provider (section <c>Payments</c>).</summary>
internal sealed class PaymentsOptions
{
    [Description("The time limit for the provider's answer, after which the payment stays pending.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:00:20")]
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(2);

    [Description("The limit on payment attempts for one order.")]
    [Range(1, 1000)]
    public int AttemptsPerOrder { get; set; } = 10;

    [Description("The delay of the simulated provider's answer for `slow_card`.")]
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00")]
    public TimeSpan SlowAnswer { get; set; } = TimeSpan.FromSeconds(5);

    [Description("The interval of the job that completes pending payments and owed refunds.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "00:05:00")]
    public TimeSpan ResolveInterval { get; set; } = TimeSpan.FromSeconds(1);
}
