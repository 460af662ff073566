using System.Text.Json;

namespace ECommerce.Kernel;

/// <summary>
/// A refusal that the shop expects. It becomes a problem document (RFC 9457) at the edge, and survives JSON so that a contract
/// may refuse from another process.
/// </summary>
/// <param name="Code">Stable and machine-readable: <c>orders.insufficient_stock</c>. The last part of the problem's type.</param>
/// <param name="Status">The HTTP status code it answers with, 400–599.</param>
/// <param name="Title">What happened, the same for every occurrence.</param>
/// <param name="Advice">What the caller can do about it; shown at <c>/problems/{code}</c>.</param>
public sealed record Error(string Code, int Status, string Title, string Advice)
{
    /// <summary>What happened this time; <see cref="Title"/> where nothing is set.</summary>
    public string? Detail { get; init; }

    /// <summary>What is wrong with which field (<c>lines[0].quantity</c>).</summary>
    public IReadOnlyDictionary<string, string[]>? Fields { get; init; }

    /// <summary>Facts for a program to act on, members of the problem document beside the standard ones (RFC 9457, section 3.2).</summary>
    public IReadOnlyDictionary<string, JsonElement>? Extensions { get; init; }

    public Error Because(string detail) => this with { Detail = detail };

    /// <summary>When a retry makes sense, in whole seconds, for a program and for the header <c>Retry-After</c>.</summary>
    public Error RetryAfter(TimeSpan wait) => With("retryAfterSeconds", (int)Math.Ceiling(wait.TotalSeconds));

    public Error At(string field, string message) => this with { Fields = new Dictionary<string, string[]> { [field] = [message] } };

    public Error With(string name, object value) => this with
    {
        Extensions = new Dictionary<string, JsonElement>(Extensions ?? new Dictionary<string, JsonElement>())
        {
            [name] = JsonSerializer.SerializeToElement(value, JsonSerializerOptions.Web),
        },
    };

    /// <summary>Every error that a list of errors declares as a public static field.</summary>
    public static IReadOnlyList<Error> AllOf(Type list) =>
        [.. list.GetFields().Where(field => field is { IsStatic: true } && field.FieldType == typeof(Error)).Select(field => (Error)field.GetValue(null)!)];
}
