
namespace ECommerce.Host.Description;

/// <summary>The introduction of the OpenAPI document: first steps, conventions of all operations, and how the API changes.</summary>
internal static class Introduction
{
    public const string Text = """
        The API of a shop. Register, log in, send the token as `Authorization: Bearer …`, buy.

        ## Values

        Bodies are JSON in UTF-8. A request holds the members that are described and no other; each is given once. Lengths of texts are counted in
        UTF-16 code units. Amounts have at most two decimals: read and write them as decimal numbers and not as binary fractions. Times are RFC 3339;
        answers are in UTC. Ids are UUIDs.

        ## Refusals

        Every refusal is a problem document (RFC 9457). A program reads `code`; `type` leads to a page that says what the code means and what to do;
        `errors` names the fields that are wrong. Every answer names its trace in `X-Trace-Id`. 429 and 503 carry `Retry-After` in seconds. The shop
        sends no rate-limit headers: how much is left depends on other requests of the same network.

        ## Lists and pages

        A list answers `items` and `next`. To read on, send the same request with `after` set to `next`; on the last page `next` is null. `limit` is
        20 unless given, and 100 at most. A cursor is opaque, holds a position and no rows, and does not expire: rows that are added or removed
        meanwhile make no other row appear twice or be left out. There is no count and no page number.

        ## Retries and versions

        `GET`, `PUT` and `DELETE` may be repeated. Operations that take `Idempotency-Key` may be repeated under the same key and answer the first
        outcome again, with `Idempotency-Replayed: true`. An answer with `ETag` can be asked for again with `If-None-Match`, and changed with
        `If-Match`; both take a list. Answers to `PUT` carry the new `ETag`.

        Every answer also carries `Cache-Control` (some refusals `Pragma` and `Expires`, too, for old caches) and the headers that tell a browser to trust nothing (`Content-Security-Policy`,
        `X-Content-Type-Options`, `X-Frame-Options`, `Referrer-Policy`); `Vary` where it depends on `Accept`.

        ## How this API changes

        Within v1 it only grows. These may be added at any time: operations, optional parameters, optional members of requests, members of answers,
        headers of answers, and words and codes that only answer requests which were not possible before. A client ignores members and headers that
        it does not know, and reads a status that it does not know as the first of its class (404 as 400).

        Nothing is taken away, renamed, narrowed or given another meaning within v1. What is to end is marked `deprecated` here, and its answers carry
        `Deprecation` (RFC 9745) and a `Link` to its successor, for at least twelve months. `Sunset` (RFC 8594) tells the day from which it may be
        gone, at least six months before. A change that cannot be made this way is v2, with a description at `/openapi/v2.json`; v1 stays beside it
        for at least twelve months.
        """;

    /// <summary>The description of the tag that bears a module's name, or of the host's own.</summary>
    public static string OfTag(string tag) =>
        ShopModules.All.FirstOrDefault(module => module.Name.Equals(tag, StringComparison.OrdinalIgnoreCase))?.Summary
        ?? "The host itself: health, keys, refusals, this description.";
}
