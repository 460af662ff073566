using System.Text.RegularExpressions;

namespace ECommerce.Products;

/// <summary>The validation rules of a product. Null is valid here.</summary>
internal static partial class ProductRules
{
    /// <summary>A character that is not a space, as a pattern of the description.</summary>
    public const string NotBlank = @"\S";

    public static IRuleBuilderOptions<T, string?> IsSku<T>(this IRuleBuilder<T, string?> rule) => rule
        .IsFormed((1, 40), "^[A-Za-z0-9][A-Za-z0-9._-]*$", sku => Sku().IsMatch(sku))
        .WithMessage("Must be 1 to 40 letters, digits, dots, hyphens or underscores, beginning with a letter or a digit.");

    public static IRuleBuilderOptions<T, string?> IsName<T>(this IRuleBuilder<T, string?> rule) => rule
        .IsFormed((1, 200), NotBlank, name => !string.IsNullOrWhiteSpace(name))
        .WithMessage("Must be 1 to 200 characters, and not only spaces.")
        .IsLegible();

    public static IRuleBuilderOptions<T, string?> IsDescription<T>(this IRuleBuilder<T, string?> rule) => rule
        .MaximumLength(2000).WithMessage("Must be at most 2000 characters.")
        .IsLegible(hasLines: true);

    public static IRuleBuilderOptions<T, string?> IsCategory<T>(this IRuleBuilder<T, string?> rule) => rule
        .IsFormed((1, 50), "^[a-z0-9]+(-[a-z0-9]+)*$", category => Category().IsMatch(category))
        .WithMessage("Must be 1 to 50 lower-case letters and digits in words joined by hyphens, such as home-office.");

    public static void IsPrice<T>(this IRuleBuilderInitial<T, Money?> rule, string currency) => rule.ChildRules(price =>
    {
        price.RuleFor(money => money!.Amount)
            .InclusiveBetween(Currency.Smallest(currency), Money.Max).WithMessage($"Must be between {Currency.Smallest(currency)} and {Money.Max}.")
            .Must(amount => decimal.Round(amount, Currency.Decimals(currency)) == amount)
            .WithMessage(Currency.Decimals(currency) == 0 ? $"Must have no decimals: {currency} has none." : "Must have at most two decimals.");
        price.RuleFor(money => money!.Currency)
            .Equal(currency).WithMessage($"Must be {currency}: the shop trades in one currency.");
    });

    [GeneratedRegex(@"\A[A-Za-z0-9][A-Za-z0-9._-]*\z")]
    private static partial Regex Sku();

    [GeneratedRegex(@"\A[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.ExplicitCapture)]
    private static partial Regex Category();
}
