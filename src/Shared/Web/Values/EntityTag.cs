using System.Globalization;
using ECommerce.Kernel;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using IResult = Microsoft.AspNetCore.Http.IResult;

namespace ECommerce.Web;

/// <summary>Maps the version of a row to an entity tag (RFC 9110, section 8.8.3).</summary>
public static class EntityTag
{
    /// <summary>Answers 200 with the ETag of that version, or 304 without a body when <c>If-None-Match</c> names it.</summary>
    public static IResult OkTagged<T>(this HttpContext context, T value, long version)
    {
        ArgumentNullException.ThrowIfNull(context);
        var tag = Of(version);
        context.Response.Headers.ETag = tag;
        return Names(context.Request.Headers.IfNoneMatch.ToString(), tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(value);
    }

    /// <summary>Answers 200 with the ETag of the version after a change.</summary>
    public static IResult OkChanged<T>(this HttpContext context, T value, long version)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Headers.ETag = Of(version);
        return TypedResults.Ok(value);
    }

    /// <summary>Declares that the endpoint answers with <see cref="OkTagged"/>.</summary>
    public static RouteHandlerBuilder AnswersTagged(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new Tagged());

    /// <summary>Declares that the endpoint answers with <see cref="OkChanged"/>.</summary>
    public static RouteHandlerBuilder AnswersChanged(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new TagsChange());

    public static string Of(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    // Weak comparison, as If-None-Match requires.
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

/// <summary>Endpoint metadata: answers carry an ETag, and <c>If-None-Match</c> is honoured.</summary>
public sealed record Tagged;

/// <summary>Endpoint metadata: the answer of success carries the ETag of the version after the change.</summary>
public sealed record TagsChange;

/// <summary>
/// The header <c>If-Match</c> (RFC 9110, section 13.1.1): a list of ETags. The change is made only if the current version is one of them.
/// </summary>
/// <param name="Versions">The versions in the header; null without the header and for <c>*</c>, which match any version.</param>
public readonly record struct IfMatch(IReadOnlyList<long>? Versions)
{
    /// <summary>The refusal when the current version is none of these.</summary>
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

    // Strong comparison. A well-formed tag of another origin cannot be the current one.
    private static long VersionOf(EntityTagHeaderValue tag) =>
        !tag.IsWeak && long.TryParse(tag.Tag.AsSpan().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
}
