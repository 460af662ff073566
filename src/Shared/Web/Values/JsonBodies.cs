using System.Text.Json;
using System.Text.Json.Serialization;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Net.Http.Headers;

namespace ECommerce.Web;

/// <summary>How bodies are read and written: camelCase, enums as snake_case names, nothing unknown, nothing deep, no NUL, nothing rounded.</summary>
internal static class JsonBodies
{
    /// <summary>How deep arrays and objects may be nested.</summary>
    public const int MaxDepth = 32;

    public static void Configure(JsonOptions options)
    {
        var json = options.SerializerOptions;
        json.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        json.AllowDuplicateProperties = false;
        json.NumberHandling = JsonNumberHandling.Strict;
        json.MaxDepth = MaxDepth;
        json.PropertyNameCaseInsensitive = false;
        json.Converters.Add(new WordConverters());
        json.Converters.Add(new NumberConverter());
        json.Converters.Add(new TextConverter());
    }

    /// <summary>
    /// JSON is UTF-8 (RFC 8259, section 8.1). The framework would translate from other charsets, and break on one that nobody knows, or that
    /// is in quotes. Stands behind routing: where no body is read, nobody asks for its charset.
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

    /// <summary>Refuses the one character that PostgreSQL cannot store; the reader adds the path of the member.</summary>
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

    /// <summary>A string holds the NUL character.</summary>
    internal sealed class TextRefusedException : JsonException;
}
