using System.Globalization;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Platform.Http;

/// <summary>A row's version as an entity tag (RFC 9110, section 8.8.3).</summary>
public static class EntityTag
{
    /// <summary>200 with the ETag of that version, or 304 without a body when <c>If-None-Match</c> names it.</summary>
    public static IResult OkTagged<T>(this HttpContext context, T value, long version)
    {
        ArgumentNullException.ThrowIfNull(context);
        var tag = Of(version);
        context.Response.Headers.ETag = tag;
        return Names(context.Request.Headers.IfNoneMatch.ToString(), tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(value);
    }

    /// <summary>Declares that the endpoint answers by <see cref="OkTagged"/>.</summary>
    public static RouteHandlerBuilder AnswersTagged(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new Tagged());

    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    // Weak comparison, as If-None-Match asks for.
    private static bool Names(string sent, string tag)
    {
        if (sent is "*")
            return true;
        foreach (var place in sent.AsSpan().Split(','))
        {
            var one = sent.AsSpan(place).Trim();
            if (one.SequenceEqual(tag) || (one.StartsWith("W/") && one[2..].SequenceEqual(tag)))
                return true;
        }

        return false;
    }
}

/// <summary>Marks an endpoint whose answers carry an ETag and that heeds <c>If-None-Match</c>.</summary>
public sealed record Tagged;

/// <summary>
/// The header <c>If-Match</c>: the change is made only to the version that the caller has read. None, or <c>*</c>, takes any version.
/// </summary>
public readonly record struct IfMatch(long? Version)
{
    /// <summary>The refusal, when the row is not at that version any more.</summary>
    public Error? Against(long current) => Version is { } expected && expected != current ? CommonErrors.PreconditionFailed : null;

    public static ValueTask<IfMatch> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var sent = context.Request.Headers.IfMatch.ToString().Trim();
        if (sent is "" or "*")
            return ValueTask.FromResult(default(IfMatch));
        if (!EntityTagHeaderValue.TryParse(sent, out var tag))
            throw RefusalException.Invalid(HeaderNames.IfMatch, "Must be one ETag as it was given, in double quotes, or *.");
        // A tag that is well-formed and not ours cannot be the current one.
        var isOurs = long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version);
        return ValueTask.FromResult(new IfMatch(isOurs && !tag.IsWeak ? version : -1));
    }
}
