using ECommerce.Text;

namespace ECommerce.Hosting;

/// <summary>
/// Parses the text of a setting strictly. The configuration binder alone reads <c>#10</c> as 16, <c>30</c> as thirty days and <c>1</c> as
/// the second name of an enum.
/// </summary>
internal static class SettingText
{
    /// <summary>Parses a value. An empty text leaves a setting without a default unset.</summary>
    public static bool TryRead(string text, Type declared, out object? value)
    {
        var type = Nullable.GetUnderlyingType(declared) ?? declared;
        value = null;
        if (text.Length == 0 && type != declared)
            return true;
        value = type switch
        {
            _ when type == typeof(string) => text,
            _ when type == typeof(int) => StrictParser.TryReadInteger(text, out var whole) && whole is >= int.MinValue and <= int.MaxValue ? (int)whole : null,
            _ when type == typeof(long) => StrictParser.TryReadInteger(text, out var whole) ? whole : null,
            _ when type == typeof(decimal) => StrictParser.TryReadNumber(text, out var number) ? number : null,
            _ when type == typeof(double) => StrictParser.TryReadNumber(text, out var number) ? (double)number : null,
            _ when type == typeof(bool) => text.ToUpperInvariant() switch { "TRUE" => true, "FALSE" => false, _ => null },
            _ when type == typeof(TimeSpan) => StrictParser.TryReadDuration(text, out var time) ? time : null,
            { IsEnum: true } => Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null,
            _ => throw new InvalidOperationException($"A setting cannot be a {type.Name}: {nameof(SettingText)} has no grammar for it."),
        };
        return value is not null;
    }

    /// <summary>The valid values of a type, to follow "is not".</summary>
    public static string Readable(Type declared) => (Nullable.GetUnderlyingType(declared) ?? declared) switch
    {
        var type when type == typeof(TimeSpan) => "a duration such as 00:00:30",
        var type when type == typeof(bool) => "true or false",
        var type when type == typeof(int) || type == typeof(long) => "a whole number",
        var type when type == typeof(decimal) || type == typeof(double) => "a number such as 0.5",
        { IsEnum: true } type => $"one of {string.Join(", ", Enum.GetNames(type))}",
        var type => $"a {type.Name}",
    };
}
