using ECommerce.Text;
using FluentValidation;

namespace ECommerce.Web;

/// <summary>Shared FluentValidation rules for lists and texts.</summary>
public static class ListRules
{
    public const int DefaultLimit = 20;
    public const int MaxLimit = 100;

    /// <summary>The limit on the length of a cursor.</summary>
    public const int LongestCursor = 1024;

    public static IRuleBuilderOptions<T, int?> IsPageSize<T>(this IRuleBuilder<T, int?> rule) =>
        rule.InclusiveBetween(1, MaxLimit).WithMessage($"Must be between 1 and {MaxLimit}.");

    public static IRuleBuilderOptions<T, string?> IsCursorOf<T, TKey>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(after => after is null || Cursor<TKey>.TryParse(after, out _)).WithMessage("Must be the 'next' of the page before, unchanged.");

    /// <summary>Refuses the NUL character, which PostgreSQL cannot store.</summary>
    public static IRuleBuilderOptions<T, string?> IsText<T>(this IRuleBuilder<T, string?> rule) =>
        rule.Must(text => text is null || !text.Contains('\0', StringComparison.Ordinal)).WithMessage("Must not contain the NUL character.");

    /// <summary>
    /// Validates text that others read: no invisible characters, and none that change how surrounding text is drawn (bidi overrides).
    /// </summary>
    /// <param name="rule">The rule builder of a text; null is valid.</param>
    /// <param name="hasLines">Whether line breaks are valid.</param>
    public static IRuleBuilderOptions<T, string?> IsLegible<T>(this IRuleBuilder<T, string?> rule, bool hasLines = false) =>
        rule.Must(text => text is null || LegibleText.Is(text, hasLines, hasJoiners: true))
            .WithMessage("Must have no control, invisible or unassigned characters, and no combining mark without its letter.");
}
