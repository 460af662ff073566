using System.Globalization;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Web;

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

    /// <summary>200 with the ETag of the version that a change has made.</summary>
    public static IResult OkChanged<T>(this HttpContext context, T value, long version)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Headers.ETag = Of(version);
        return TypedResults.Ok(value);
    }

    /// <summary>Declares that the endpoint answers by <see cref="OkTagged"/>.</summary>
    public static RouteHandlerBuilder AnswersTagged(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new Tagged());

    /// <summary>Declares that the endpoint answers by <see cref="OkChanged"/>.</summary>
    public static RouteHandlerBuilder AnswersChanged(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new TagsChange());

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

/// <summary>Marks an endpoint whose success carries the ETag of the version that the change has made.</summary>
public sealed record TagsChange;

/// <summary>
/// The header <c>If-Match</c> (RFC 9110, section 13.1.1): a list of ETags. The change is made only to one of the versions that they name.
/// </summary>
/// <param name="Versions">The versions that are named; null without the header and for <c>*</c>, which take any version.</param>
public readonly record struct IfMatch(IReadOnlyList<long>? Versions)
{
    /// <summary>The refusal, when the row is at none of these versions.</summary>
    public Error? Against(long current) => Versions is { } expected && !expected.Contains(current) ? CommonErrors.PreconditionFailed : null;

    public static ValueTask<IfMatch> BindAsync(HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        var sent = context.Request.Headers.IfMatch;
        if (sent.Count == 0 || sent is [var only] && only?.Trim() is "" or "*")
            return ValueTask.FromResult(default(IfMatch));
        if (!EntityTagHeaderValue.TryParseStrictList(sent!, out var tags) || tags.Contains(EntityTagHeaderValue.Any))
            throw RefusalException.Invalid(HeaderNames.IfMatch, "Must be * or a list of ETags as they were given, in double quotes and separated by commas.");
        return ValueTask.FromResult(new IfMatch([.. tags.Select(VersionOf)]));
    }

    // Strong comparison. A tag that is well-formed and not ours cannot be the current one.
    private static long VersionOf(EntityTagHeaderValue tag) =>
        !tag.IsWeak && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
}
