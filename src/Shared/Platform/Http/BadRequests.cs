using System.Text.Json;
using System.Text.RegularExpressions;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Http;

namespace ECommerce.Platform.Http;

/// <summary>
/// Maps the framework's exceptions about unreadable requests to refusals that name the field, without names of CLR types.
/// </summary>
internal static partial class BadRequests
{
    /// <summary>The refusal of a body that was not complete at the request's time limit, or arrived below the minimum rate.</summary>
    public static readonly Error BodyTooLate = CommonErrors.MalformedJson.Because("The body did not arrive in time.");

    // Names of parameters and members come first; the rest of the message may be as long as the request.
    private const int LongestMessageRead = 400;

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

        var message = json switch
        {
            JsonBodies.TextRefusedException => "Must not contain the NUL character.",
            WordConverters.WordRefusedException word => word.Rule,
            _ when json.Message.Contains("could not be mapped", StringComparison.Ordinal) => "Is not a member that is known here.",
            _ when json.Message.Contains("Duplicate property", StringComparison.OrdinalIgnoreCase) => "Is given more than once.",
            _ => "Is not a value of the kind that is wanted here.",
        };
        return CommonErrors.ValidationFailed.At(field, message);
    }

    private static string FieldOf(JsonException json)
    {
        // "$.lines[0].productId" -> "lines[0].productId". The message names an unknown member only where the path lacks it.
        var path = json.Path is { Length: > 2 } full ? full[1..].TrimStart('.') : "";
        if (json.Message.Contains("could not be mapped", StringComparison.Ordinal) && UnknownMember().Match(json.Message) is { Success: true } unknown
            && !path.EndsWith(unknown.Groups["member"].Value, StringComparison.Ordinal))
            path = path.Length == 0 ? unknown.Groups["member"].Value : $"{path}.{unknown.Groups["member"].Value}";
        return path.Length == 0 ? "body" : Shortened.Of(path);
    }

    private static Error ExplainBinding(BadHttpRequestException bad)
    {
        if (Parameter().Match(bad.Message[..Math.Min(bad.Message.Length, LongestMessageRead)]) is not { Success: true } parameter)
            return CommonErrors.ValidationFailed.At("body", "Must be one JSON object.");
        var name = parameter.Groups["name"].Value;
        return name is "request"
            ? CommonErrors.ValidationFailed.At("body", "Must be one JSON object.")
            : CommonErrors.ValidationFailed.At(char.ToLowerInvariant(name[0]) + name[1..], "Is not a value of the kind that is wanted here.");
    }

    [GeneratedRegex("""property '(?<member>[^']*)' could not be mapped""")]
    private static partial Regex UnknownMember();

    // Failed to bind parameter "Nullable<int> limit" from "abc". / Required parameter "Guid id" was not provided from query string.
    [GeneratedRegex("parameter \"[^\"]*?(?<name>[A-Za-z_]+)\"")]
    private static partial Regex Parameter();
}
