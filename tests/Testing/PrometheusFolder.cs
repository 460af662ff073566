using System.Text.RegularExpressions;

namespace ECommerce.Testing;

/// <summary>A copy of <c>deploy/prometheus</c> with the addresses of a test and no time to lose.</summary>
public sealed partial class PrometheusFolder
{
    private static readonly string Source = Path.Combine(Repository.Root, "deploy", "prometheus");

    public PrometheusFolder()
    {
        File.WriteAllText(Configuration, Interval().Replace(File.ReadAllText(Path.Combine(Source, "prometheus.yml")), "${name}: 500ms"));
        Folder.CreateSubdirectory("targets");
    }

    public DirectoryInfo Folder { get; } = Directory.CreateTempSubdirectory("ec-prometheus-");

    public string Configuration => Path.Combine(Folder.FullName, "prometheus.yml");

    /// <summary>Says where a job's targets are; a running Prometheus notices.</summary>
    /// <param name="job">The job, which reads the targets' file of its name.</param>
    /// <param name="targets">The addresses.</param>
    public PrometheusFolder Scraping(string job, params Uri[] targets)
    {
        // Moved into place, so that nobody reads half a file.
        var draft = Path.Combine(Folder.FullName, $"{job}.draft");
        File.WriteAllText(draft, $"- targets: [{string.Join(", ", targets.Select(target => $"'{target.Authority}'"))}]\n");
        File.Move(draft, Path.Combine(Folder.FullName, "targets", $"{job}.yml"), overwrite: true);
        return this;
    }

    /// <summary>Adds the project's rules, read through <paramref name="change"/>.</summary>
    public PrometheusFolder WithRules(Func<string, string> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        var rules = Folder.CreateSubdirectory("rules");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Source, "rules"), "*.yml"))
            File.WriteAllText(Path.Combine(rules.FullName, Path.GetFileName(file)), change(File.ReadAllText(file)));
        return this;
    }

    [GeneratedRegex(@"(?<name>(scrape|evaluation)_(interval|timeout)): \w+", RegexOptions.ExplicitCapture)]
    private static partial Regex Interval();
}
