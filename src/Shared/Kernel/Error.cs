using System.Text.Json;

namespace ECommerce.Kernel;

/// <summary>
/// An expected refusal. The HTTP pipeline writes it as a problem document (RFC 9457). It can be serialised as JSON, so that a contract may
/// also refuse from another process.
/// </summary>
/// <param name="Code">The stable, machine-readable code: <c>orders.insufficient_stock</c>. The last part of the problem's type.</param>
/// <param name="Status">The HTTP status code, 400–599.</param>
/// <param name="Title">The title of the problem, the same for every occurrence.</param>
/// <param name="Advice">What the caller can do about it; shown at <c>/problems/{code}</c>.</param>
public sealed record Error(string Code, int Status, string Title, string Advice)
{
    /// <summary>The explanation of this occurrence; <see cref="Title"/> when it is not set.</summary>
    public string? Detail { get; init; }

    /// <summary>The validation errors by field (<c>lines[0].quantity</c>).</summary>
    public IReadOnlyDictionary<string, string[]>? Fields { get; init; }

    /// <summary>Extension members of the problem document (RFC 9457, section 3.2), for programs.</summary>
    public IReadOnlyDictionary<string, JsonElement>? Extensions { get; init; }

    public Error Because(string detail) => this with { Detail = detail };

    /// <summary>Adds the time until a retry makes sense, in whole seconds, for programs and for the header <c>Retry-After</c>.</summary>
    public Error RetryAfter(TimeSpan wait) => With("retryAfterSeconds", (int)Math.Ceiling(wait.TotalSeconds));

    public Error At(string field, string message) => this with { Fields = new Dictionary<string, string[]> { [field] = [message] } };

    public Error With(string name, object value) => this with
    {
        Extensions = new Dictionary<string, JsonElement>(Extensions ?? new Dictionary<string, JsonElement>())
        {
            [name] = JsonSerializer.SerializeToElement(value, JsonSerializerOptions.Web),
        },
    };

    /// <summary>The errors that a class declares as public static fields.</summary>
    public static IReadOnlyList<Error> AllOf(Type list) =>
        [.. list.GetFields().Where(field => field is { IsStatic: true } && field.FieldType == typeof(Error)).Select(field => (Error)field.GetValue(null)!)];
}
