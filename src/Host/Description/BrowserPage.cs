using System.Net.Mime;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace ECommerce.Host.Description;

/// <summary>Content negotiation between JSON for programs and a small HTML page without assets for browsers.</summary>
internal static class BrowserPage
{
    /// <summary>Describes the HTML page beside the JSON; a second <c>Produces</c> of one status would replace the first.</summary>
    public static void IsAlsoPage(this RouteHandlerBuilder endpoint) => endpoint.AddOpenApiOperationTransformer((operation, _, _) =>
    {
        if (operation.Responses?["200"].Content is { } content)
            content[MediaTypeNames.Text.Html] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
        return Task.CompletedTask;
    });

    public static IResult JsonOrPage<T>(this HttpContext context, T value, string title, string body)
    {
        context.Response.Headers.Vary = StringValues.Concat(context.Response.Headers.Vary, HeaderNames.Accept);
        return WantsHtml(context.Request)
            ? TypedResults.Text(
                $"<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Encode(title)}</title></head><body><h1>{Encode(title)}</h1>{body}</body></html>",
                MediaTypeNames.Text.Html, Encoding.UTF8)
            : TypedResults.Ok(value);
    }

    public static string Encode(string text) => HtmlEncoder.Default.Encode(text);

    public static string Link(string path, string text) => $"<a href=\"{Encode(path)}\">{Encode(text)}</a>";

    // A browser names text/html before */*, which is all that curl sends.
    private static bool WantsHtml(HttpRequest request) => request.GetTypedHeaders().Accept is { Count: > 0 } accept
        && accept.OrderByDescending(one => one.Quality ?? 1).First().MediaType.Equals(MediaTypeNames.Text.Html, StringComparison.OrdinalIgnoreCase);
}
