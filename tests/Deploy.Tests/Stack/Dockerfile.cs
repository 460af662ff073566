using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary><c>deploy/Dockerfile</c>, as far as it is written here: one instruction a line, or over several with a backslash.</summary>
internal static class Dockerfile
{
    public sealed record Instruction(string Name, string Text)
    {
        /// <summary>What <c>COPY</c> takes from the repository; nothing when it takes it from another stage.</summary>
        public IReadOnlyList<string> Sources => Name == "COPY" && !Text.StartsWith("--from", StringComparison.Ordinal) ? Text.Split(' ')[..^1] : [];
    }

    /// <param name="Base">An image, or a stage before this one.</param>
    public sealed record BuildStage(string Name, string Base, IReadOnlyList<Instruction> Instructions);

    public static DeployFile File { get; } = new("deploy/Dockerfile");

    public static IReadOnlyList<BuildStage> Stages { get; } = Read();

    public static BuildStage Stage(string name) => Stages.Single(stage => stage.Name == name);

    /// <summary>The instructions of a stage, after those of the stages that it goes on from.</summary>
    public static IEnumerable<Instruction> Whole(BuildStage stage) =>
        (Stages.SingleOrDefault(before => before.Name == stage.Base) is { } before ? Whole(before) : []).Concat(stage.Instructions);

    private static List<BuildStage> Read()
    {
        var lines = Regex.Replace(File.Text, @"^\s*#.*\n", "", RegexOptions.Multiline).Replace("\\\n", " ", StringComparison.Ordinal)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(line => line.Split(' ', 2))
            .Select(part => new Instruction(part[0], Regex.Replace(part[1], @"\s+", " ")));
        List<BuildStage> stages = [];
        foreach (var line in lines)
        {
            if (line.Name == "FROM" && line.Text.Split(' ') is [var image, "AS", var name])
                stages.Add(new(name, image, new List<Instruction>()));
            else
                ((List<Instruction>)stages[^1].Instructions).Add(line);
        }

        return stages;
    }
}

/// <summary>What <c>.dockerignore</c> lets through to a build.</summary>
internal static class DockerIgnore
{
    private static readonly (Regex Pattern, bool Lets)[] Rules = [.. System.IO.File.ReadLines(Path.Combine(Repository.Root, ".dockerignore"))
        .Where(line => line.Length > 0 && line[0] != '#')
        .Select(line => (Pattern(line.TrimStart('!')), line[0] == '!'))];

    /// <param name="path">From the root of the repository.</param>
    public static bool Lets(string path) => Rules.LastOrDefault(rule => rule.Pattern.IsMatch(path)) is not { Pattern: not null } rule || rule.Lets;

    // The last rule that fits a path, or a folder above it, decides.
    private static Regex Pattern(string rule) =>
        new($"^{Regex.Escape(rule).Replace(@"\*\*/", "(.*/)?", StringComparison.Ordinal).Replace(@"\*", "[^/]*", StringComparison.Ordinal)}(/|$)");
}
