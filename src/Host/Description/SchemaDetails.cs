using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ECommerce.Kernel;
using ECommerce.Web;
using FluentValidation.Validators;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>
/// Completes the schemas with what CLR types do not express: descriptions, closed sets, money, and the limits of validators.
/// </summary>
internal sealed class SchemaDetails(SliceRules rules, SliceSummaries summaries, MemberDescriptions texts) : IOpenApiSchemaTransformer
{
    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = Nullable.GetUnderlyingType(context.JsonTypeInfo.Type) ?? context.JsonTypeInfo.Type;
        if (type == typeof(Money))
            DescribeMoney(schema);
        else if (type == typeof(decimal))
            (schema.Type, schema.Format) = (JsonSchemaType.Number | (IsNullable(context, schema) ? JsonSchemaType.Null : 0), "decimal");
        else if (type == typeof(string) || type.IsEnum)
            schema.Type = JsonSchemaType.String | (IsNullable(context, schema) ? JsonSchemaType.Null : 0); // a custom converter has no schema
        if (type.IsEnum)
            schema.Enum = [.. Words.Of(type).Select(word => (JsonNode)word), .. schema.Type is JsonSchemaType.String ? Array.Empty<JsonNode>() : [null!]];

        if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object)
        {
            schema.Required = context.JsonTypeInfo.Properties.Where(IsRequired).Select(member => member.Name).ToHashSet();
            texts.Add(SchemaNames.Of(context.JsonTypeInfo), context.JsonTypeInfo.Properties);
        }

        if (type.Assembly != typeof(string).Assembly || type.IsGenericType)
            schema.Description ??= summaries.Of(type) ?? (type is { Name: "Request", DeclaringType: { } use } ? $"The body of {use.Name}." : null);
        if (context.JsonPropertyInfo is { } property)
            Narrow(schema, property);
        return Task.CompletedTask;
    }

    private void Narrow(OpenApiSchema schema, JsonPropertyInfo property)
    {
        if (property.AttributeProvider?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: true) is [AllowedValuesAttribute words])
            schema.Enum = [.. words.Values.Select(word => (JsonNode)JsonValue.Create((string)word!))];
        var isAbsentWhenNull = property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true)
            is [JsonIgnoreAttribute { Condition: JsonIgnoreCondition.WhenWritingNull }];
        if (SliceOf(property) is { } slice)
        {
            Limit(schema, rules.Of(slice, property.Name));
            isAbsentWhenNull = rules.Demand(slice, property.Name);
        }
        else if (property.DeclaringType is { DeclaringType: { } outer } part)
        {
            Limit(schema, rules.OfPart(outer, part, property.Name));
        }

        if (!isAbsentWhenNull)
            return;
        schema.Type &= ~JsonSchemaType.Null;
        schema.Enum = schema.Enum?.Where(value => value is not null).ToList();
    }

    private static bool IsNullable(OpenApiSchemaTransformerContext context, OpenApiSchema schema) =>
        schema.Enum is { Count: > 0 } values ? values.Any(value => value is null) : context.JsonPropertyInfo?.IsGetNullable is true;

    // All members of an answer are required; those of a request are if a validator or the type requires them.
    private bool IsRequired(JsonPropertyInfo member) => SliceOf(member) is not { } slice
        ? !member.IsExtensionData && member.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: true) is not true
        : !member.IsSetNullable || rules.Demand(slice, member.Name);

    private static Type? SliceOf(JsonPropertyInfo member) => member.DeclaringType is { Name: "Request", DeclaringType: { } slice } ? slice : null;

    public static void Limit(OpenApiSchema schema, IEnumerable<IPropertyValidator> validators)
    {
        foreach (var validator in validators)
        {
            switch (validator)
            {
                case ILengthValidator length:
                    schema.MinLength = length.Min > 0 ? length.Min : schema.MinLength;
                    schema.MaxLength = length.Max is > 0 and < int.MaxValue ? length.Max : schema.MaxLength;
                    schema.Pattern = validator is IDescribedPattern form ? form.Pattern : schema.Pattern;
                    break;
                case IDescribedWords set:
                    schema.Enum = [.. set.Words.Select(word => (JsonNode)JsonValue.Create(word))];
                    break;
                case IDescribedItems items:
                    schema.MaxItems = items.Most;
                    break;
                case INotEmptyValidator when schema.Type?.HasFlag(JsonSchemaType.String) is true && schema.Format is null && schema.Enum is not { Count: > 0 }:
                    schema.MinLength ??= 1;
                    break;
                case INotEmptyValidator when schema.Type?.HasFlag(JsonSchemaType.Array) is true:
                    schema.MinItems ??= 1;
                    break;
                case IBetweenValidator { Name: "InclusiveBetweenValidator" } between:
                    (schema.Minimum, schema.Maximum) = (Number(between.From), Number(between.To));
                    break;
                case IComparisonValidator { Comparison: Comparison.GreaterThanOrEqual, ValueToCompare: IFormattable least and not DateTimeOffset }:
                    schema.Minimum = Number(least);
                    break;
                case IComparisonValidator { Comparison: Comparison.LessThanOrEqual, ValueToCompare: IFormattable most and not DateTimeOffset }:
                    schema.Maximum = Number(most);
                    break;
                case IComparisonValidator { Comparison: Comparison.NotEqual, ValueToCompare: int never }:
                    schema.Not = new OpenApiSchema { Enum = [JsonValue.Create(never)] };
                    break;
                case IEmailValidator:
                    schema.Format = "email";
                    break;
            }
        }
    }

    private static string Number(object value) => ((IFormattable)value).ToString(null, CultureInfo.InvariantCulture);

    private static void DescribeMoney(OpenApiSchema money)
    {
        money.Description = "An amount in the shop's one currency (ISO 4217), with at most two decimals.";
        if (money.Properties?.TryGetValue("amount", out var amount) is true && amount is OpenApiSchema number)
            (number.Minimum, number.Maximum) = ("0", Number(Money.Max));
        if (money.Properties?.TryGetValue("currency", out var currency) is true && currency is OpenApiSchema text)
            text.Pattern = "^[A-Z]{3}$";
    }
}
