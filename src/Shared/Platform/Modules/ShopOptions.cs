using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Platform.Modules;

/// <summary>What is true of the whole shop (section <c>Shop</c>).</summary>
public sealed class ShopOptions
{
    [Description("The one currency in which the shop buys and sells (ISO 4217).")]
    [RegularExpression("[A-Z]{3}", ErrorMessage = "must be three capital letters, such as EUR")]
    public string Currency { get; set; } = "EUR";

    [Description("Whether the demo catalogue and customers are put into an empty shop; on by default in Development.")]
    public bool? DemoData { get; set; }
}
