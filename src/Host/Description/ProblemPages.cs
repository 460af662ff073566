using ECommerce.Kernel;
using ECommerce.Web;

namespace ECommerce.Host.Description;

/// <summary>The endpoints <c>/problems</c> and <c>/problems/{code}</c>, the targets of a problem document's <c>type</c>.</summary>
internal static class ProblemPages
{
    public static void MapProblemPages(this IEndpointRouteBuilder app)
    {
        app.MapGet("/problems", All)
            .WithName("ListProblems")
            .WithTags("Platform")
            .WithSummary("Lists every refusal of the shop.")
            .Produces<ProblemList>()
            .IsAlsoPage();
        app.MapGet("/problems/{code}", One)
            .WithName("GetProblem")
            .WithTags("Platform")
            .WithSummary("Explains a refusal and its remedy.")
            .Produces<ProblemExplanation>()
            .Refuses(CommonErrors.NotFound)
            .IsAlsoPage();
    }

    private static IResult All(HttpContext context, ErrorCatalogue errors)
    {
        ProblemExplanation[] all = [.. errors.All.OrderBy(error => error.Code, StringComparer.Ordinal).Select(Explain)];
        var lines = all.Select(error => $"<li>{BrowserPage.Link($"/problems/{error.Code}", error.Code)} ({error.Status}): {BrowserPage.Encode(error.Title)}</li>");
        return context.JsonOrPage(new ProblemList(all), "Problems", $"<ul>{string.Concat(lines)}</ul>");
    }

    private static IResult One(string code, HttpContext context, ErrorCatalogue errors) => errors.Find(code) is { } error
        ? context.JsonOrPage(
            Explain(error), error.Title,
            $"<p>{BrowserPage.Encode(error.Advice)}</p><p><code>{BrowserPage.Encode(error.Code)}</code>, HTTP status {error.Status}. {BrowserPage.Link("/problems", "All problems")}</p>")
        : new Problem(CommonErrors.NotFound.Because("No refusal has that code. GET /problems lists those that there are."));

    private static ProblemExplanation Explain(Error error) => new(error.Code, error.Title, error.Status, error.Advice);
}

/// <summary>The explanation of a refusal and its remedy.</summary>
/// <param name="Code">The code of the refusal.</param>
/// <param name="Title">What happened, the same for every occurrence.</param>
/// <param name="Status">The HTTP status that the refusal answers with.</param>
/// <param name="Advice">What the caller can do about it.</param>
internal sealed record ProblemExplanation(string Code, string Title, int Status, string Advice);

/// <summary>The refusals of the host, by code.</summary>
/// <param name="Items">The refusals.</param>
internal sealed record ProblemList(IReadOnlyList<ProblemExplanation> Items);
