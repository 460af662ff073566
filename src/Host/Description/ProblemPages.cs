using ECommerce.Kernel;
using ECommerce.Platform.Http;

namespace ECommerce.Host.Description;

/// <summary>What each refusal means and what to do about it: where the <c>type</c> of a problem document leads.</summary>
internal static class ProblemPages
{
    private sealed record Explained(string Code, string Title, int Status, string Advice);

    private sealed record List(IReadOnlyList<Explained> Items);

    public static void MapProblemPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/problems", All)
            .WithName("ListProblems")
            .WithTags("Platform")
            .WithSummary("Every refusal that the shop can make.")
            .Produces<List>()
            .IsAlsoPage();
        app.MapGet("/problems/{code}", One)
            .WithName("GetProblem")
            .WithTags("Platform")
            .WithSummary("What a refusal means and what to do about it.")
            .Produces<Explained>()
            .Refuses(CommonErrors.NotFound)
            .IsAlsoPage();
    }

    private static IResult All(HttpContext context, ErrorCatalogue errors)
    {
        Explained[] all = [.. errors.All.OrderBy(error => error.Code, StringComparer.Ordinal).Select(Explain)];
        var lines = all.Select(error => $"<li>{BrowserPage.Link($"/problems/{error.Code}", error.Code)} ({error.Status}): {BrowserPage.Encode(error.Title)}</li>");
        return context.JsonOrPage(new List(all), "Problems", $"<ul>{string.Concat(lines)}</ul>");
    }

    private static IResult One(string code, HttpContext context, ErrorCatalogue errors) => errors.Find(code) is { } error
        ? context.JsonOrPage(
            Explain(error), error.Title,
            $"<p>{BrowserPage.Encode(error.Advice)}</p><p><code>{BrowserPage.Encode(error.Code)}</code>, HTTP status {error.Status}. {BrowserPage.Link("/problems", "All problems")}</p>")
        : new Problem(CommonErrors.NotFound.Because("No refusal has that code. GET /problems lists those that there are."));

    private static Explained Explain(Error error) => new(error.Code, error.Title, error.Status, error.Advice);
}
