using System.Diagnostics;

namespace ECommerce.Testing;

/// <summary>Runs a program to its end and returns what it wrote.</summary>
public static class Subprocess
{
    /// <summary>The end of a program.</summary>
    /// <param name="Code">Its exit code.</param>
    /// <param name="Output">All of its stdout.</param>
    /// <param name="Errors">All of its stderr.</param>
    public sealed record Result(int Code, string Output, string Errors);

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(5);

    private static readonly Dictionary<string, string?> Inherited = new();

    /// <summary>Runs a program in the root of the repository, with the environment of the tests.</summary>
    /// <param name="words">The program and its arguments.</param>
    /// <exception cref="TimeoutException">It did not end within five minutes, and was killed.</exception>
    public static Task<Result> RunAsync(params string[] words) => RunAsync(Repository.Root, Inherited, words);

    /// <summary>Runs a program in a folder.</summary>
    /// <param name="directory">The working directory.</param>
    /// <param name="environment">Variables that are added to those of the tests; null removes one.</param>
    /// <param name="words">The program and its arguments.</param>
    /// <exception cref="TimeoutException">It did not end within five minutes, and was killed.</exception>
    public static Task<Result> RunAsync(string directory, IReadOnlyDictionary<string, string?> environment, params string[] words) =>
        RunAsync(directory, environment, "", words);

    /// <summary>Runs a program that reads its stdin.</summary>
    /// <param name="directory">The working directory.</param>
    /// <param name="environment">Variables that are added to those of the tests; null removes one.</param>
    /// <param name="input">All of its stdin.</param>
    /// <param name="words">The program and its arguments.</param>
    /// <exception cref="TimeoutException">It did not end within five minutes, and was killed.</exception>
    public static async Task<Result> RunAsync(string directory, IReadOnlyDictionary<string, string?> environment, string input, string[] words)
    {
        ArgumentNullException.ThrowIfNull(environment);
        ArgumentNullException.ThrowIfNull(words);
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
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        if (input.Length > 0)
            await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        try
        {
            // To the end of what it writes, too: a child that lives on would hold that open.
            await Task.WhenAll(process.WaitForExitAsync(), output, errors).WaitAsync(Deadline);
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new(process.ExitCode, await output, await errors);
    }
}
