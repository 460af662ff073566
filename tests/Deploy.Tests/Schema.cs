using System.Text.Json.Nodes;

namespace ECommerce.Deploy.Tests;

/// <summary>
/// A JSON schema that a program publishes for its own files. It is no part of the repository: the environment variable <c>SCHEMAS</c>
/// names the folder that holds it.
/// </summary>
internal sealed record Schema(string File, string Source)
{
    public const string Folder = "SCHEMAS";

    public const string Krakend = "krakend-v2.13.json";
    public const string Compose = "compose-spec.json";

    private static readonly Schema[] All =
    [
        new(Krakend, "https://www.krakend.io/schema/v2.13/krakend.json"),
        new(Compose, "https://github.com/compose-spec/compose-spec/blob/main/schema/compose-spec.json"),
    ];

    private static readonly string Validator = Path.Combine(Repository.Root, "tests", "Deploy.Tests", "Schemas");
    private static readonly Lock Installing = new();

    /// <summary>Why nothing can be checked here, or null.</summary>
    public string? Obstacle =>
        !System.IO.File.Exists(FullPath) ? $"{FullPath} is not there. Save {Source} under that name, or set {Folder} to the folder that has it."
        : !Programs("node", "npm") ? "node and npm are not installed (apt-get install nodejs npm)."
        : null;

    private string FullPath { get; } = Path.GetFullPath(Path.Combine(
        Environment.GetEnvironmentVariable(Folder) is { Length: > 0 } folder ? folder : Path.Combine(Repository.Root, "..", "shared", "schemas"), File));

    public static Schema Of(string file) => All.Single(schema => schema.File == file);

    /// <summary>What the schema has against a document, a line per complaint.</summary>
    public IReadOnlyList<string> Complaints(JsonNode document)
    {
        Install();
        var file = Path.GetTempFileName();
        try
        {
            System.IO.File.WriteAllText(file, document.ToJsonString());
            var (code, output) = Run("node", "validate.cjs", FullPath, file);
            if (code != 0 && output.Length == 0)
                throw new InvalidOperationException($"node ended with {code} and said nothing.");
            return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        }
        finally
        {
            System.IO.File.Delete(file);
        }
    }

    // npm writes this file last.
    private static void Install()
    {
        lock (Installing)
        {
            var (installed, wanted) = (Path.Combine(Validator, "node_modules", ".package-lock.json"), Path.Combine(Validator, "package-lock.json"));
            if (System.IO.File.Exists(installed) && System.IO.File.GetLastWriteTimeUtc(installed) >= System.IO.File.GetLastWriteTimeUtc(wanted))
                return;
            var (code, output) = Run("npm", "ci", "--no-audit", "--no-fund");
            if (code != 0)
                throw new InvalidOperationException($"npm ci failed: {output}");
        }
    }

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        var (code, output, errors) = Subprocess.RunAsync(Validator, new Dictionary<string, string?>(), [program, .. arguments]).GetAwaiter().GetResult();
        return (code, output + (code == 0 ? "" : errors));
    }

    private static bool Programs(params string[] names) => names.All(name =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => System.IO.File.Exists(Path.Combine(folder, name))));
}

/// <summary>A fact about a file of the deployment and the schema of the program that reads it; skipped, with the reason, where the schema is not at hand.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SchemaFactAttribute : FactAttribute
{
    public SchemaFactAttribute(string schema) => Skip = Schema.Of(schema).Obstacle;
}
