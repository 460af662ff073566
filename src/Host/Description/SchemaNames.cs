using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>
/// Names schemas after the slice: <c>PlaceOrder.Request</c> becomes <c>PlaceOrderRequest</c>. A query contributes its name without the verb
/// and without a repetition: <c>GetOrderStats.Stats</c> becomes <c>OrderStats</c>.
/// </summary>
internal static class SchemaNames
{
    public static string? Of(JsonTypeInfo type) =>
        Nullable.GetUnderlyingType(type.Type) is not null || OpenApiOptions.CreateDefaultSchemaReferenceId(type) is null ? null : Name(type.Type);

    private static string Name(Type type)
    {
        var own = type.Name.Split('`')[0];
        var full = type.DeclaringType is { IsGenericType: false } outer ? Joined(Name(outer), own) : own;
        return type.IsGenericType ? $"{full}Of{string.Concat(type.GetGenericArguments().Select(Name))}" : full;
    }

    private static string Joined(string surname, string own)
    {
        var subject = surname.StartsWith("Get", StringComparison.Ordinal) ? surname["Get".Length..] : surname;
        return subject.EndsWith(own, StringComparison.Ordinal) ? subject : subject + own;
    }
}
