using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Orders;

/// <summary>How orders age (section <c>Orders</c>).</summary>
internal sealed class OrdersOptions
{
    [Description("How long a placed order waits to be paid before it cancels itself.")]
    [Range(typeof(TimeSpan), "00:00:01", "30.00:00:00")]
    public TimeSpan PaymentWindow { get; set; } = TimeSpan.FromMinutes(30);

    [Description("How often orders are looked through for those that were not paid in time.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan ExpiryInterval { get; set; } = TimeSpan.FromSeconds(10);

    [Description("How often orders are counted by status for the metric orders_current.")]
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan GaugeInterval { get; set; } = TimeSpan.FromSeconds(15);
}
