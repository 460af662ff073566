using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace ECommerce.Web;

/// <summary>
/// The JSON options of bodies: camelCase, enums as snake_case names; unknown members, deep nesting, NUL characters and rounding are
/// refused.
/// </summary>
internal static class JsonBodies
{
    /// <summary>The limit on nested arrays and objects.</summary>
    public const int MaxDepth = 32;

    public static void Configure(JsonOptions options)
    {
        var json = options.SerializerOptions;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.AllowDuplicateProperties = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.MaxDepth = MaxDepth;
        json.PropertyNameCaseInsensitive = false;
        json.Converters.Add(new SnakeCaseEnumConverters());
        json.Converters.Add(new NumberConverter());
        json.Converters.Add(new TextConverter());
    }

    /// <summary>
    /// Adds the middleware that refuses charsets other than UTF-8 (RFC 8259, section 8.1). The framework would transcode others, and fail
    /// on unknown or quoted ones. It comes after routing: the charset is not checked where no body is read.
    /// </summary>
    public static IApplicationBuilder UseUtf8Bodies(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>() is null
            || !MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type) || !type.Charset.HasValue)
            return next(context);
        var charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (!charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
            return new Problem(CommonErrors.UnsupportedMediaType.Because("The body must be JSON in UTF-8.")).ExecuteAsync(context);
        type.Charset = charset;
        context.Request.ContentType = type.ToString();
        return next(context);
    });

    /// <summary>Refuses the NUL character, which PostgreSQL cannot store. The reader adds the path of the member.</summary>
    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType is not JsonTokenType.String)
                throw new JsonException();
            var text = reader.GetString();
            return text!.Contains('\0', StringComparison.Ordinal) ? throw new TextRefusedException() : text;
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
    }

    /// <summary>Thrown for a string with a NUL character.</summary>
    internal sealed class TextRefusedException : JsonException;
}
