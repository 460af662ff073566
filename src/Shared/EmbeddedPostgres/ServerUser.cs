using System.ComponentModel;
using System.Diagnostics;
using ECommerce.Hosting;

namespace ECommerce.EmbeddedPostgres;

/// <summary>
/// Runs programs as the user that PostgreSQL can run as: ourselves, or <c>postgres</c> when we are root, which it refuses.
/// Children get none of our environment, since that may hold secrets another user must not read.
/// </summary>
internal static class ServerUser
{
    private const string Name = "postgres";

    public static bool IsAnother => Environment.IsPrivilegedProcess;

    public static IEnumerable<string> SearchPath() => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
        .Concat(["/usr/bin", "/bin"]);

    public static ProcessStartInfo Command(string program, params IEnumerable<string> arguments) =>
        Start([.. IsAnother ? [.. Setpriv(), "--"] : Array.Empty<string>(), program, .. arguments]);

    /// <summary>
    /// A server in a session of its own, so that a terminal's Ctrl-C reaches us alone, and that the kernel interrupts when the thread
    /// that started it ends. Each link of the chain is exec'd: the child's process id is the server's.
    /// </summary>
    public static ProcessStartInfo Daemon(string program, params IEnumerable<string> arguments)
    {
        string[] session = Find("setsid") is { } setsid ? [setsid] : [];
        string[] user = IsAnother || Find("setpriv") is not null ? [.. Setpriv(), "--pdeathsig=INT", "--"] : [];
        return Start([.. session, .. user, program, .. arguments]);
    }

    /// <summary>Runs <paramref name="command"/> to its end and returns what it printed.</summary>
    /// <exception cref="StartupException">It failed; the message holds what it complained about.</exception>
    public static async Task<string> RunAsync(ProcessStartInfo command, CancellationToken ct)
    {
        using var process = Process.Start(command)!;
        process.StandardInput.Close();
        // A start that is given up leaves nothing running.
        await using var givenUp = ct.Register(() => Kill(process));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var complaint = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        ct.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? await output
            : throw new StartupException($"`{string.Join(' ', command.ArgumentList.Prepend(command.FileName))}` failed: {(await complaint).Trim()}");
    }

    /// <summary>Gives a folder and all in it to the server's user.</summary>
    public static async Task OwnAsync(string folder, CancellationToken ct)
    {
        if (IsAnother)
            await RunAsync(Start(["chown", "-R", $"{Name}:", folder]), ct);
    }

    /// <summary>Whether the server's user may pass through <paramref name="folder"/>: it may not, for one, below <c>/root</c>.</summary>
    public static async Task<bool> CanEnterAsync(string folder, CancellationToken ct)
    {
        using var test = Process.Start(Command("test", "-x", folder))!;
        await test.WaitForExitAsync(ct);
        return test.ExitCode == 0;
    }

    /// <summary>Copies a folder with its owners and modes.</summary>
    public static Task CopyAsync(string source, string target, CancellationToken ct) => RunAsync(Start(["cp", "-a", source, target]), ct);

    private static string[] Setpriv()
    {
        var setpriv = Find("setpriv") ?? throw new StartupException(
            "PostgreSQL refuses to run as root, and setpriv, which would change the user, is missing: run as another user, install util-linux, or set ConnectionStrings__ECommerce.");
        return IsAnother ? [setpriv, $"--reuid={Name}", $"--regid={Name}", "--clear-groups"] : [setpriv];
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception ended) when (ended is InvalidOperationException or Win32Exception or AggregateException)
        {
            // It has ended meanwhile.
        }
    }

    private static string? Find(string program) =>
        SearchPath().Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists);

    private static ProcessStartInfo Start(string[] words)
    {
        var command = new ProcessStartInfo(words[0], words[1..])
        {
            WorkingDirectory = "/",
            // With all three streams redirected .NET leaves the terminal's settings alone.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        command.Environment.Clear();
        command.Environment["PATH"] = string.Join(Path.PathSeparator, SearchPath());
        command.Environment["LC_ALL"] = "C";
        command.Environment["TZ"] = "UTC";
        return command;
    }
}
