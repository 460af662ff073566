using System.Text.Json;
using ECommerce.Hosting;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Web;

/// <summary>
/// Maps the framework's exceptions about unreadable requests to refusals that name the field, without names of CLR types.
/// </summary>
internal static class BadRequestProblems
{
    /// <summary>The refusal of a body that was not complete at the request's time limit, or arrived below the minimum rate.</summary>
    public static readonly Error BodyTooLate = CommonErrors.MalformedJson.Because("The body did not arrive in time.");

    public static Error Explain(BadHttpRequestException bad) => bad switch
    {
        { StatusCode: StatusCodes.Status413PayloadTooLarge } => CommonErrors.PayloadTooLarge,
        { StatusCode: StatusCodes.Status415UnsupportedMediaType } => CommonErrors.UnsupportedMediaType,
        { StatusCode: StatusCodes.Status408RequestTimeout } => BodyTooLate,
        { InnerException: JsonException json } => Explain(json),
        { InnerException: InvalidOperationException } => CommonErrors.MalformedJson.Because("The body is not valid UTF-8."),
        _ => ExplainBinding(bad),
    };

    private static Error Explain(JsonException json)
    {
        var field = FieldOf(json);
        // An inner exception of the reader means that the text is not JSON at all.
        if (json.InnerException is JsonException)
        {
            var where = $"It breaks off or goes wrong at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}.";
            return CommonErrors.MalformedJson.Because(where) with { Fields = new Dictionary<string, string[]> { [field] = [where] } };
        }

        if (FrameworkInternals.MissingMembers(json) is { Count: > 0 } missing)
            return CommonErrors.ValidationFailed with { Fields = missing.ToDictionary(member => field == "body" ? member : $"{field}.{member}", _ => (string[])["Must be given."]) };

        var message = json switch
        {
            JsonBodies.TextRefusedException => "Must not contain the NUL character.",
            SnakeCaseEnumConverters.WordRefusedException word => word.Rule,
            _ when FrameworkInternals.IsUnknownMember(json, out _) => "Is not a member that is known here.",
            _ when FrameworkInternals.IsDuplicateMember(json) => "Is given more than once.",
            _ => "Is not a value of the kind that is wanted here.",
        };
        return CommonErrors.ValidationFailed.At(field, message);
    }

    private static string FieldOf(JsonException json)
    {
        // "$.lines[0].productId" -> "lines[0].productId". The message names an unknown member only where the path lacks it.
        var path = json.Path is { Length: > 2 } full ? full[1..].TrimStart('.') : "";
        if (FrameworkInternals.IsUnknownMember(json, out var unknown) && unknown is not null && !path.EndsWith(unknown, StringComparison.Ordinal))
            path = path.Length == 0 ? unknown : $"{path}.{unknown}";
        return path.Length == 0 ? "body" : TruncatedText.Of(path);
    }

    private static Error ExplainBinding(BadHttpRequestException bad) => FrameworkInternals.UnboundParameter(bad) is not { } name || name is "request"
        ? CommonErrors.ValidationFailed.At("body", "Must be one JSON object.")
        : CommonErrors.ValidationFailed.At(char.ToLowerInvariant(name[0]) + name[1..], "Is not a value of the kind that is wanted here.");
}
