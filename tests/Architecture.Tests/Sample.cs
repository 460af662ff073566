using System.Text.Json;

namespace ECommerce.Architecture.Tests;

/// <summary>An instance of any contract with something in every member, so that whatever is lost on the way shows.</summary>
internal static class Sample
{
    public static object Of(Type type)
    {
        if (Nullable.GetUnderlyingType(type) is { } value)
            return Of(value);
        if (Simple(type) is { } simple)
            return simple;
        if (type.IsEnum)
            return Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!;
        if (type.IsArray)
            return Filled(type.GetElementType()!);
        if (type.IsGenericType && type.GetGenericTypeDefinition() is var open)
        {
            if (open == typeof(IReadOnlyList<>) || open == typeof(IReadOnlyCollection<>) || open == typeof(IEnumerable<>))
                return Filled(type.GetGenericArguments()[0]);
            if (open == typeof(IReadOnlyDictionary<,>))
                return Dictionary(type.GetGenericArguments()[0], type.GetGenericArguments()[1]);
            if (type.GetMethod("Ok", BindingFlags.Public | BindingFlags.Static) is { } ok && type.Name.StartsWith("Result", StringComparison.Ordinal))
                return ok.Invoke(null, [Of(type.GetGenericArguments()[0])])!;
        }

        // The primary constructor of a record, then what it leaves to be initialised.
        var constructor = type.GetConstructors().MaxBy(candidate => candidate.GetParameters().Length)
            ?? throw new InvalidOperationException($"No way is known to make a {type}.");
        var sample = constructor.Invoke([.. constructor.GetParameters().Select(parameter => Of(parameter.ParameterType))]);
        var named = constructor.GetParameters().Select(parameter => parameter.Name).ToHashSet();
        foreach (var property in type.GetProperties().Where(property => property.CanWrite && !named.Contains(property.Name)))
            property.SetValue(sample, Of(property.PropertyType));
        return sample;
    }

    private static object? Simple(Type type) => type switch
    {
        _ when type == typeof(string) => "some \"text\" – ü",
        _ when type == typeof(Guid) => Guid.CreateVersion7(),
        _ when type == typeof(int) => 7,
        _ when type == typeof(long) => 7_000_000_000,
        _ when type == typeof(decimal) => 12.50m,
        _ when type == typeof(double) => 0.1,
        _ when type == typeof(bool) => true,
        _ when type == typeof(DateTimeOffset) => new DateTimeOffset(2026, 2, 28, 23, 59, 59, 123, 456, TimeSpan.Zero),
        _ when type == typeof(TimeSpan) => TimeSpan.FromMilliseconds(1234567),
        _ when type == typeof(JsonElement) => JsonElement.Parse("""{"a":[1]}"""),
        _ => null,
    };

    private static Array Filled(Type element)
    {
        var array = Array.CreateInstance(element, 1);
        array.SetValue(Of(element), 0);
        return array;
    }

    private static object Dictionary(Type key, Type value)
    {
        var dictionary = (System.Collections.IDictionary)Activator.CreateInstance(typeof(Dictionary<,>).MakeGenericType(key, value))!;
        dictionary.Add(Of(key), Of(value));
        return dictionary;
    }
}
