using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;

namespace ECommerce.Traffic;

/// <summary>How options of one word are read, and what is said of a wrong one.</summary>
internal static class Options
{
    public static Option<double> Number(string name, double usual, double least, double most, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        CustomParser = text => double.TryParse(Only(text), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : Wrong<double>(text, string.Create(CultureInfo.InvariantCulture, $"must be a number between {least} and {most}")),
        DefaultValueFactory = _ => usual,
    };

    public static Option<int> Whole(string name, int usual, int least, int most, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        CustomParser = text => TryReadWhole(text, least, most, out var number) ? number : Wrong<int>(text, $"must be a whole number between {least} and {most}"),
        DefaultValueFactory = _ => usual,
    };

    /// <summary>A whole number that may be left out.</summary>
    public static Option<int?> Whole(string name, int least, int most, string description) => new(name)
    {
        Description = description,
        HelpName = "number",
        CustomParser = text => TryReadWhole(text, least, most, out var number) ? number : Wrong<int?>(text, $"must be a whole number between {least} and {most}"),
    };

    public static Uri? Address(ArgumentResult text) => Uri.TryCreate(Only(text), UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
        ? address
        : Wrong<Uri>(text, "must be an address such as http://127.0.0.1:5080");

    public static string Only(ArgumentResult text) => text.Tokens is [var token] ? token.Value : "";

    public static T? Wrong<T>(ArgumentResult text, string why)
    {
        text.AddError($"{(text.Parent as OptionResult)?.Option.Name}: '{Only(text)}' {why}.");
        return default;
    }

    private static bool TryReadWhole(ArgumentResult text, int least, int most, out int number) =>
        int.TryParse(Only(text), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
}
