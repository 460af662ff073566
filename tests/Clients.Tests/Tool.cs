using System.Diagnostics;

namespace ECommerce.Clients.Tests;

/// <summary>Runs a program of others to its end.</summary>
internal static class Tool
{
    public static readonly string TypeScript = Path.Combine(Repository.Root, "tests", "Clients.Tests", "TypeScript");
    public static readonly string CSharp = Path.Combine(Repository.Root, "tests", "Clients.Tests", "CSharp");

    private static readonly Version LeastNode = new(20, 19);

    /// <summary>Why nothing can be done with Node.js here, or null.</summary>
    public static string? NodeObstacle { get; } = FindNodeObstacle();

    /// <summary>What it wrote, both streams.</summary>
    /// <exception cref="InvalidOperationException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        var (code, output, errors) = await Subprocess.RunAsync(folder, Quiet, [program, .. arguments]);
        return code == 0
            ? output + errors
            : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {code}:\n{output}{errors}");
    }

    // Nobody is asked for a newer version, and nobody is told that this one runs.
    private static readonly Dictionary<string, string?> Quiet = new()
    {
        ["KIOTA_UPDATE__DISABLED"] = "true",
        ["KIOTA_OFFLINE_ENABLED"] = "true",
        ["KIOTA_CLI_TELEMETRY_OPTOUT"] = "true",
        ["REDOCLY_TELEMETRY"] = "off",
        ["REDOCLY_SUPPRESS_UPDATE_NOTICE"] = "true",
        ["NO_COLOR"] = "1",
        ["FORCE_COLOR"] = "0",
        ["MSBUILDDISABLENODEREUSE"] = "1",
    };

    private static string? FindNodeObstacle()
    {
        try
        {
            using var node = Process.Start(new ProcessStartInfo("node", ["--version"]) { RedirectStandardOutput = true })!;
            var version = node.StandardOutput.ReadToEnd().Trim().TrimStart('v');
            using var npm = Process.Start(new ProcessStartInfo("npm", ["--version"]) { RedirectStandardOutput = true })!;
            npm.StandardOutput.ReadToEnd();
            return Version.TryParse(version, out var found) && found >= LeastNode ? null : $"Node.js {version} is installed; {LeastNode} or later is needed.";
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return $"Node.js {LeastNode} or later and npm are not installed.";
        }
    }
}
