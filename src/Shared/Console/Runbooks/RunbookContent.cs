using Markdig.Extensions.Tables;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;
using Observability.Console.Parts;

namespace Observability.Console.Runbooks;

/// <summary>
/// Draws a runbook as elements of a page. Texts become text nodes, so that nothing in a runbook is markup of the page. A query has its answer
/// beside it.
/// </summary>
internal sealed class RunbookContent(RunbookLibrary library)
{
    /// <param name="runbook">The runbook, whose first heading is the page's own.</param>
    /// <param name="at">The time for which queries are answered; another one has them answered again.</param>
    public RenderFragment Of(Runbook runbook, long at) => builder =>
    {
        var title = runbook.Document.OfType<HeadingBlock>().FirstOrDefault();
        foreach (var block in runbook.Document)
        {
            if (block != title)
                Write(builder, block, at, isTight: false);
        }
    };

    private void Write(RenderTreeBuilder builder, Block block, long at, bool isTight)
    {
        // A region has numbers of its own, so that each block is compared with itself at the next drawing.
        builder.OpenRegion(0);
        switch (block)
        {
            case HeadingBlock heading:
                builder.OpenElement(0, heading.Level <= 2 ? "h2" : "h3");
                builder.AddAttribute(1, "id", Slug(heading));
                Write(builder, heading.Inline);
                builder.CloseElement();
                break;
            case ParagraphBlock paragraph when isTight:
                Write(builder, paragraph.Inline);
                break;
            case ParagraphBlock paragraph:
                builder.OpenElement(0, "p");
                Write(builder, paragraph.Inline);
                builder.CloseElement();
                break;
            case ListBlock list:
                Write(builder, list, at);
                break;
            case Table table:
                Write(builder, table, at);
                break;
            case FencedCodeBlock { Info: "promql" } query:
                builder.OpenComponent<QueryAnswer>(0);
                builder.AddComponentParameter(1, nameof(QueryAnswer.Expression), TextOf(query));
                builder.AddComponentParameter(2, nameof(QueryAnswer.At), at);
                builder.CloseComponent();
                break;
            case FencedCodeBlock { Info: "logql" } query:
                builder.OpenComponent<LogQuery>(0);
                builder.AddComponentParameter(1, nameof(LogQuery.Text), TextOf(query));
                builder.CloseComponent();
                break;
            case CodeBlock code:
                builder.OpenElement(0, "pre");
                builder.AddAttribute(1, "class", "scroll");
                builder.AddAttribute(2, "tabindex", "0");
                builder.OpenElement(3, "code");
                builder.AddContent(4, TextOf(code));
                builder.CloseElement();
                builder.CloseElement();
                break;
            case ThematicBreakBlock:
                builder.OpenElement(0, "hr");
                builder.CloseElement();
                break;
            case ContainerBlock container:
                builder.OpenElement(0, container is QuoteBlock ? "blockquote" : "div");
                foreach (var inner in container)
                    Write(builder, inner, at, isTight: false);
                builder.CloseElement();
                break;
        }
        builder.CloseRegion();
    }

    private void Write(RenderTreeBuilder builder, ListBlock list, long at)
    {
        builder.OpenElement(0, list.IsOrdered ? "ol" : "ul");
        foreach (var item in list.OfType<ListItemBlock>())
        {
            builder.OpenElement(1, "li");
            foreach (var inner in item)
                Write(builder, inner, at, isTight: !list.IsLoose);
            builder.CloseElement();
        }
        builder.CloseElement();
    }

    private void Write(RenderTreeBuilder builder, Table table, long at)
    {
        builder.OpenElement(0, "div");
        builder.AddAttribute(1, "class", "scroll");
        builder.OpenElement(2, "table");
        foreach (var row in table.OfType<TableRow>())
        {
            builder.OpenElement(3, "tr");
            foreach (var cell in row.OfType<TableCell>())
            {
                builder.OpenElement(4, row.IsHeader ? "th" : "td");
                foreach (var inner in cell)
                    Write(builder, inner, at, isTight: true);
                builder.CloseElement();
            }
            builder.CloseElement();
        }
        builder.CloseElement();
        builder.CloseElement();
    }

    private void Write(RenderTreeBuilder builder, Inline? inline)
    {
        switch (inline)
        {
            case LiteralInline literal:
                builder.AddContent(10, literal.Content.ToString());
                break;
            case CodeInline code:
                builder.OpenElement(11, "code");
                builder.AddContent(12, code.Content);
                builder.CloseElement();
                break;
            case LineBreakInline:
                builder.AddContent(13, " ");
                break;
            case HtmlEntityInline entity:
                builder.AddContent(14, entity.Transcoded.ToString());
                break;
            case AutolinkInline link:
                OpenLink(builder, library.PageOf(link.Url));
                builder.AddContent(17, link.Url);
                builder.CloseElement();
                break;
            case EmphasisInline emphasis:
                builder.OpenElement(15, emphasis.DelimiterCount == 2 ? "strong" : "em");
                WriteAll(builder, emphasis);
                builder.CloseElement();
                break;
            case LinkInline link:
                OpenLink(builder, link.IsImage ? null : library.PageOf(link.Url));
                WriteAll(builder, link);
                builder.CloseElement();
                break;
            case ContainerInline container:
                WriteAll(builder, container);
                break;
        }
    }

    private void WriteAll(RenderTreeBuilder builder, ContainerInline container)
    {
        foreach (var inner in container)
            Write(builder, inner);
    }

    // What has no page here is text: a document of the repository, an image.
    private static void OpenLink(RenderTreeBuilder builder, string? page)
    {
        builder.OpenElement(15, page is null ? "span" : "a");
        if (page is not null)
            builder.AddAttribute(16, "href", page);
    }

    private static string TextOf(LeafBlock code) => code.Lines.ToString();

    private static string Slug(HeadingBlock heading) => string.Concat(
        string.Concat(heading.Inline?.Descendants<LiteralInline>().Select(literal => literal.Content.ToString()) ?? [])
        .ToLowerInvariant().Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '-'));
}
