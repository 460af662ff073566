using FluentValidation;
using FluentValidation.Validators;

namespace ECommerce.Web;

/// <summary>FluentValidation rules that OpenAPI can describe. A predicate (<c>Must</c>) can only be checked.</summary>
public static class DescribedRules
{
    /// <summary>Validates length and pattern of a text, with one message for both. Null is valid.</summary>
    /// <param name="rule">The rule builder of a text.</param>
    /// <param name="length">The minimum and the maximum length, in UTF-16 code units.</param>
    /// <param name="pattern">
    /// The pattern in the description: a regular expression that means the same in ECMAScript with and without the u flag, in Python, in
    /// Java, in Go and in .NET. It may accept more than <paramref name="isFormed"/>, never less.
    /// </param>
    /// <param name="isFormed">The check.</param>
    public static IRuleBuilderOptions<T, string?> IsFormed<T>(
        this IRuleBuilder<T, string?> rule, (int Least, int Most) length, string pattern, Func<string, bool> isFormed) =>
        rule.SetValidator(new FormValidator<T>(length.Least, length.Most, pattern, isFormed));

    /// <summary>Validates that a text is one of a closed set, spelled exactly so. Null is valid.</summary>
    public static IRuleBuilderOptions<T, string?> IsOneOf<T>(this IRuleBuilder<T, string?> rule, IReadOnlyCollection<string> words) =>
        rule.SetValidator(new WordValidator<T>(words)).WithMessage($"Must be one of {string.Join(", ", words)}.");

    /// <summary>Validates that an array has at most so many items. Null is valid.</summary>
    public static IRuleBuilderOptions<T, TItem[]> HasAtMost<T, TItem>(this IRuleBuilder<T, TItem[]> rule, int most) =>
        rule.SetValidator(new ItemsValidator<T, TItem>(most));

    private sealed class FormValidator<T>(int least, int most, string pattern, Func<string, bool> isFormed)
        : PropertyValidator<T, string?>, ILengthValidator, IDescribedPattern
    {
        public override string Name => "Form";

        public int Min => least;

        public int Max => most;

        public string Pattern => pattern;

        public override bool IsValid(ValidationContext<T> context, string? value) =>
            value is null || (value.Length >= least && value.Length <= most && isFormed(value));
    }

    private sealed class WordValidator<T>(IReadOnlyCollection<string> words) : PropertyValidator<T, string?>, IDescribedWords
    {
        public override string Name => "Word";

        public IReadOnlyCollection<string> Words => words;

        public override bool IsValid(ValidationContext<T> context, string? value) => value is null || words.Contains(value, StringComparer.Ordinal);
    }

    private sealed class ItemsValidator<T, TItem>(int most) : PropertyValidator<T, TItem[]>, IDescribedItems
    {
        public override string Name => "Items";

        public int Most => most;

        public override bool IsValid(ValidationContext<T> context, TItem[] value) => value is null || value.Length <= most;
    }
}

/// <summary>A validator that the description shows as a pattern.</summary>
public interface IDescribedPattern
{
    string Pattern { get; }
}

/// <summary>A validator that the description shows as an enum.</summary>
public interface IDescribedWords
{
    IReadOnlyCollection<string> Words { get; }
}

/// <summary>A validator that the description shows as a maximum number of items.</summary>
public interface IDescribedItems
{
    int Most { get; }
}
