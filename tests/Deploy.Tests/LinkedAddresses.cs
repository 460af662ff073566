using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests;

/// <summary>An address of this machine that a page leads its reader to, where the shop runs by <c>make run</c> and is watched by <c>make observe</c>.</summary>
/// <param name="Text">As the page has it.</param>
/// <param name="Port">Which program: 5080 and 5081 are the shop's, 9090 Prometheus's, 9093 Alertmanager's, 9099 the sink's.</param>
/// <param name="Path">Path and query.</param>
internal sealed partial record LinkedAddress(string Text, int Port, string Path)
{
    public Uri At(ShopClient shop, Uri prometheus, Uri alertmanager, Uri sink) => new(Port switch
    {
        5080 => shop.Public.BaseAddress!,
        5081 => shop.Management.BaseAddress!,
        9090 => prometheus,
        9093 => alertmanager,
        _ => sink,
    }, Path);
}

internal static partial class LinkedAddresses
{
    // Its addresses are those of the containers.
    private const string Containers = "docs/containers.md";

    /// <summary>Those of README, the runbooks, the lessons and the pages beside them. Left out are those with a hole in them, such as an id.</summary>
    public static IEnumerable<(string Page, LinkedAddress Address)> All() =>
        from page in Pages()
        from match in Address().Matches(page.Text)
        let path = match.Groups["path"].Value.TrimEnd('.', ',', ';', ':')
        where !Hole().IsMatch(path)
        group (page.Path, new LinkedAddress(match.Value, int.Parse(match.Groups["port"].Value), path.Length == 0 ? "/" : path)) by (page.Path, path, match.Groups["port"].Value) into same
        select same.First();

    private static IEnumerable<DeployFile> Pages() => Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Append(Path.Combine(Repository.Root, "README.md"))
        .Select(file => new DeployFile(Path.GetRelativePath(Repository.Root, file)))
        .Where(page => page.Path != Containers);

    [GeneratedRegex(@"http://127\.0\.0\.1:(?<port>5080|5081|9090|9093|9099)(?<path>/[^\s""'`<>)|]*)?", RegexOptions.ExplicitCapture)]
    private static partial Regex Address();

    // An id, a variable; a profile, which takes its time and is asked for by a test of its own.
    [GeneratedRegex(@"^/debug/(p|allocations)|[$…{*]|/[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-", RegexOptions.ExplicitCapture)]
    private static partial Regex Hole();
}
