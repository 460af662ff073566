using Markdig;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;
using Observability.Console.Settings;

namespace Observability.Console.Runbooks;

/// <summary>A runbook.</summary>
/// <param name="Name">Its name in the settings.</param>
/// <param name="Title">Its first heading; the name where it has none.</param>
internal sealed record Runbook(string Name, string Title, MarkdownDocument Document);

/// <summary>The runbooks of the settings, parsed when they are first asked for.</summary>
internal sealed class RunbookLibrary(ConsoleSettings settings)
{
    /// <summary>The runbook that says how runbooks are used, where there is one.</summary>
    public const string Introduction = "README";

    // HTML in a runbook is text. Tables are the one extension that the pages draw.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().UseAutoLinks().DisableHtml().Build();

    private readonly Lazy<Dictionary<string, Runbook>> _runbooks = new(
        () => settings.Runbooks.ToDictionary(one => one.Key, one => Parse(one.Key, one.Value), StringComparer.Ordinal));

    /// <summary>All runbooks in the order of their names, the introduction first.</summary>
    public IReadOnlyList<Runbook> All => [.. _runbooks.Value.Values.OrderBy(runbook => runbook.Name != Introduction).ThenBy(runbook => runbook.Name, StringComparer.Ordinal)];

    public Runbook? Find(string name) => _runbooks.Value.GetValueOrDefault(name);

    /// <summary>The page of a link's target: a runbook's page, an address of the web, or null where the console has no such page.</summary>
    public string? PageOf(string? target)
    {
        if (target is null)
            return null;
        if (Uri.TryCreate(target, UriKind.Absolute, out var address))
            return address.Scheme is "http" or "https" ? target : null;
        var (file, fragment) = target.IndexOf('#', StringComparison.Ordinal) is var hash and >= 0 ? (target[..hash], target[hash..]) : (target, "");
        if (file.Length == 0)
            return null;
        return file.EndsWith(".md", StringComparison.Ordinal) && Find(file[..^3]) is { } runbook ? $"{ConsoleSettings.PagePath}/runbooks/{runbook.Name}{fragment}" : null;
    }

    private static Runbook Parse(string name, string text)
    {
        var document = Markdown.Parse(text, Pipeline);
        var title = document.OfType<HeadingBlock>().FirstOrDefault()?.Inline?.Descendants<LiteralInline>().FirstOrDefault()?.Content.ToString();
        return new(name, title ?? name, document);
    }
}
