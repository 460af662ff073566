using System.Diagnostics;
using ECommerce.Testing;

namespace ECommerce.Deploy.Tests;

/// <summary>Runs a program to its end.</summary>
internal static class Shell
{
    public sealed record Result(int Code, string Output, string Errors);

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="directory">Where it runs.</param>
    /// <param name="environment">Added to ours; null takes a variable away.</param>
    /// <param name="words">The program and its arguments.</param>
    /// <exception cref="TimeoutException">It did not end in time, and was ended.</exception>
    public static async Task<Result> RunAsync(string directory, IReadOnlyDictionary<string, string?> environment, params string[] words)
    {
        var start = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = directory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            // To the end of what it writes, too: a child that lives on would hold that open.
            await Task.WhenAll(process.WaitForExitAsync(), output, errors).WaitAsync(Patience);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, await output, await errors);
    }

    /// <summary>Copies files and folders of the repository to another place, under the same names.</summary>
    public static void Copy(string to, params IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            var source = Path.Combine(Repository.Root, path);
            foreach (var file in File.Exists(source) ? [source] : Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(to, Path.GetRelativePath(Repository.Root, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: true);
            }
        }
    }
}
