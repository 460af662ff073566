using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Modules;

/// <summary>What is true of the whole shop (section <c>Shop</c>).</summary>
public sealed class ShopOptions
{
    [Description("The one currency in which the shop buys and sells (ISO 4217). It can change only while nothing has a price.")]
    [KnownCurrency]
    public string Currency { get; set; } = "EUR";

    [Description("Whether the demo catalogue and customers are put into an empty shop; on by default in Development.")]
    public bool? DemoData { get; set; }
}

/// <summary>A currency that people pay with (<see cref="Kernel.Currency"/>).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KnownCurrencyAttribute() : ValidationAttribute("must be a currency of ISO 4217 that people pay with, such as EUR")
{
    public override bool IsValid(object? value) => value is string code && Kernel.Currency.IsKnown(code);
}
