namespace ECommerce.Kernel;

/// <summary>An amount in a currency (ISO 4217): <c>{ "amount": 12.50, "currency": "EUR" }</c>. Two decimals, never a binary fraction.</summary>
/// <param name="Amount">The amount, with at most two decimals.</param>
/// <param name="Currency">The code of the currency.</param>
public sealed record Money(decimal Amount, string Currency)
{
    /// <summary>The largest amount that numeric(12,2) holds.</summary>
    public const decimal Max = 9_999_999_999.99m;

    /// <summary>The lowest price of a product.</summary>
    public const decimal LeastPrice = 0.01m;

    public static Money operator *(Money price, int quantity) => price with { Amount = price.Amount * quantity };

    /// <exception cref="InvalidOperationException">The currencies differ: the shop has one.</exception>
    public static Money operator +(Money left, Money right) => left.Currency == right.Currency
        ? left with { Amount = left.Amount + right.Amount }
        : throw new InvalidOperationException($"Cannot add {right.Currency} to {left.Currency}.");
}
