using System.Text.RegularExpressions;
using ECommerce.Host;

namespace ECommerce.Docs.Tests;

/// <summary>The links, paths and variables of the pages against the repository.</summary>
public sealed partial class PagesTests
{
    [Fact]
    public void Every_link_leads_to_a_file_of_the_repository() =>
        Page.All()
            .SelectMany(page => Link().Matches(page.Text), (page, link) => (page, target: link.Groups["target"].Value))
            .Where(link => !Page.Exists(Path.Combine(Path.GetDirectoryName(link.page.Path)!, link.target)))
            .ShouldBeEmpty();

    [Fact]
    public void Every_path_that_a_page_names_exists() =>
        Page.All()
            .SelectMany(page => NamedPath().Matches(page.Text), (page, path) => (page, path: path.Groups["path"].Value))
            .Where(named => !Page.Exists(named.path))
            .ShouldBeEmpty();

    [Fact]
    public void The_map_of_the_architecture_shows_every_module()
    {
        foreach (var folder in ShopModules.All.Select(module => $"src/Modules/{module.GetType().Namespace!.Split('.')[^1]}/"))
            Page.Read("docs/ARCHITECTURE.md").ShouldContain(folder, Case.Sensitive, $"docs/ARCHITECTURE.md shows the folders of the solution: add a line for {folder} beside those of the other modules.");
    }

    // Each stands at the beginning of a paragraph and is followed by text.
    private static readonly string[] PartsOfADecision =
        ["**Context.** ", "**Decision.**", "**Consequences.**", "**Alternatives.**", "**Look again when** ", "**How to change it.** "];

    [Fact]
    public void Every_decision_is_in_the_index_by_its_title_and_has_all_parts()
    {
        var index = new Page("docs/adr/README.md").Text;
        var decisions = Page.All().Where(page => Path.GetDirectoryName(page.Path) == Path.Combine("docs", "adr") && !page.Path.EndsWith("README.md", StringComparison.Ordinal));
        foreach (var decision in decisions)
        {
            var title = decision.Text.Split('\n')[0];
            index.ShouldContain($"\n| [{title[2..6]}]({Path.GetFileName(decision.Path)}) | {title[7..]} |\n");
            foreach (var part in PartsOfADecision)
                decision.Text.ShouldContain($"\n\n{part}", customMessage: $"{decision.Path} has no paragraph {part}");
        }
    }

    /// <summary>Whoever pastes the commands of a page has been given what they use. What the runbooks use, their index gives.</summary>
    [Fact]
    public void Every_variable_that_a_command_uses_is_given_before()
    {
        var ofRunbooks = Commands(new("docs/runbooks/README.md")).Append("KEY=; DB=; PGPASSWORD=");
        List<string> unknown = [];
        foreach (var page in Page.All().Where(page => !page.Path.StartsWith("docs/adr/", StringComparison.Ordinal)))
        {
            var given = page.Path.StartsWith("docs/runbooks/", StringComparison.Ordinal) ? string.Concat(ofRunbooks) : "";
            foreach (var command in Commands(page))
            {
                given += $"\n{command}";
                unknown.AddRange(Used().Matches(command).Select(match => match.Groups["name"].Value)
                    .Where(name => !FromTheShell.Contains(name) && !Regex.IsMatch(given, $@"\b{name}(=|\+=)|\bfor {name} in|\bread (-r )?{name}\b"))
                    .Select(name => $"{page.Path}: ${name}"));
            }
        }

        unknown.Distinct().ShouldBeEmpty();
    }

    // What every shell knows, and Grafana's variable in a text that a command writes.
    private static readonly string[] FromTheShell = ["PWD", "HOME", "USER", "PATH", "RANDOM", "SECONDS", "__rate_interval"];

    private static IEnumerable<string> Commands(Page page) => Shell().Matches(page.Text).Select(block => block.Groups["typed"].Value);

    [GeneratedRegex("```(sh|bash|shell)\n(?<typed>.*?)```", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Shell();

    [GeneratedRegex(@"(?<!,)\$\{?(?<name>[A-Za-z_][A-Za-z0-9_]*)", RegexOptions.ExplicitCapture)]
    private static partial Regex Used();

    [GeneratedRegex(@"\]\((?!https?:)(?<target>[^)#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("`(?<path>(src|tests|tools|docs|build|deploy)/[A-Za-z0-9_./-]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex NamedPath();
}
