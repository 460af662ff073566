using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>Names for schemas: a slice is the surname of its types, so <c>PlaceOrder.Request</c> is <c>PlaceOrderRequest</c>.</summary>
internal static class SchemaNames
{
    public static string? Of(JsonTypeInfo type) =>
        Nullable.GetUnderlyingType(type.Type) is not null || OpenApiOptions.CreateDefaultSchemaReferenceId(type) is null ? null : Name(type.Type);

    private static string Name(Type type)
    {
        var own = type.Name.Split('`')[0];
        var full = type.DeclaringType is { IsGenericType: false } outer ? Name(outer) + own : own;
        return type.IsGenericType ? $"{full}Of{string.Concat(type.GetGenericArguments().Select(Name))}" : full;
    }
}
