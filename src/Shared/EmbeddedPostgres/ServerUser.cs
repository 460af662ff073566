using System.ComponentModel;
using System.Diagnostics;
using ECommerce.Hosting;

namespace ECommerce.EmbeddedPostgres;

/// <summary>
/// Runs programs as the user of the PostgreSQL server: the host's own, or <c>postgres</c> when the host runs as root, which PostgreSQL
/// refuses. Child processes get an empty environment, since the host's may hold secrets.
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
    /// The start information of a server in a session of its own, so that a terminal's Ctrl-C does not reach it. The kernel signals it when
    /// the thread that started it ends. Each program of the chain calls exec: the child's process id is the server's.
    /// </summary>
    public static ProcessStartInfo Daemon(string program, params IEnumerable<string> arguments)
    {
        string[] session = Find("setsid") is { } setsid ? [setsid] : [];
        string[] user = IsAnother || Find("setpriv") is not null ? [.. Setpriv(), "--pdeathsig=INT", "--"] : [];
        return Start([.. session, .. user, program, .. arguments]);
    }

    /// <summary>Runs <paramref name="command"/> to its end and returns its output.</summary>
    /// <exception cref="StartupException">It failed; the message holds its error output.</exception>
    public static async Task<string> RunAsync(ProcessStartInfo command, CancellationToken ct)
    {
        using var process = Process.Start(command)!;
        process.StandardInput.Close();
        // A cancelled start leaves no process behind.
        await using var givenUp = ct.Register(() => Kill(process));
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var complaint = process.StandardError.ReadToEndAsync(CancellationToken.None);
        await process.WaitForExitAsync(CancellationToken.None);
        ct.ThrowIfCancellationRequested();
        return process.ExitCode == 0
            ? await output
            : throw new StartupException($"`{string.Join(' ', command.ArgumentList.Prepend(command.FileName))}` failed: {(await complaint).Trim()}");
    }

    /// <summary>Changes the owner of a folder and its content to the server's user.</summary>
    public static async Task OwnAsync(string folder, CancellationToken ct)
    {
        if (IsAnother)
            await RunAsync(Start(["chown", "-R", $"{Name}:", folder]), ct);
    }

    /// <summary>
    /// Whether the server's user may pass through <paramref name="folder"/>; below <c>/root</c>, for instance, it may not.
    /// </summary>
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
            // The process has ended meanwhile.
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
