using System.ComponentModel;
using System.ComponentModel.DataAnnotations;

namespace ECommerce.Modules;

/// <summary>The settings of the shop as a whole (section <c>Shop</c>).</summary>
public sealed class ShopOptions
{
    [Description("The currency of the shop (ISO 4217). It can change only while nothing has a price.")]
    [KnownCurrency]
    public string Currency { get; set; } = "EUR";

    [Description("Whether an empty shop is filled with a demo catalogue and demo customers. The default is true in Development and false elsewhere.")]
    public bool? DemoData { get; set; }
}

/// <summary>Validates an active currency (<see cref="Kernel.Currency"/>).</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class KnownCurrencyAttribute() : ValidationAttribute("must be a currency of ISO 4217 that people pay with, such as EUR")
{
    public override bool IsValid(object? value) => value is string code && Kernel.Currency.IsKnown(code);
}
