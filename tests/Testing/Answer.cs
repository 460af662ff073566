using System.Text.Json;
using Xunit.Sdk;

namespace ECommerce.Testing;

/// <summary>What came back, read to its end.</summary>
/// <param name="Status">The HTTP status code.</param>
/// <param name="Headers">By name, content headers included, whatever their case.</param>
/// <param name="Text">The body as text; empty when there is none.</param>
public sealed record Answer(int Status, IReadOnlyDictionary<string, string> Headers, string Text)
{
    /// <summary>The body as JSON; undefined when it is none.</summary>
    public JsonElement Body { get; } = Parse(Headers, Text);

    /// <summary>The problem document's code; null when this is no refusal.</summary>
    public string? Code => Body.ValueKind is JsonValueKind.Object && Body.TryGetProperty("code", out var code) ? code.GetString() : null;

    /// <summary>The fields that a refused request has wrong.</summary>
    public IReadOnlyList<string> Fields => Body.ValueKind is JsonValueKind.Object && Body.TryGetProperty("errors", out var errors)
        ? [.. errors.EnumerateObject().Select(member => member.Name)]
        : [];

    public string? ETag => Header("ETag");

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>The member <c>id</c> of the body.</summary>
    public Guid Id => Member("id").GetGuid();

    /// <summary>A member of the body.</summary>
    /// <exception cref="XunitException">The body has no such member; the message shows the whole answer.</exception>
    public JsonElement Member(string name) => Body.ValueKind is JsonValueKind.Object && Body.TryGetProperty(name, out var member)
        ? member
        : throw new XunitException($"An answer has no member '{name}': {Status} {Text}");

    public static async Task<Answer> ReadAsync(HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        return new((int)response.StatusCode, headers, await response.Content.ReadAsStringAsync());
    }

    private static JsonElement Parse(IReadOnlyDictionary<string, string> headers, string text) =>
        text.Length > 0 && headers.GetValueOrDefault("Content-Type")?.Contains("json", StringComparison.Ordinal) == true
            ? JsonElement.Parse(text)
            : default;
}
