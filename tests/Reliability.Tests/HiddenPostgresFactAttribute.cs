using System.Diagnostics;

namespace ECommerce.Reliability.Tests;

/// <summary>A test of a machine without PostgreSQL: Debian's is hidden from the host in a mount namespace of its own, for which it takes root.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HiddenPostgresFactAttribute : FactAttribute
{
    /// <summary>The start of a command line whose rest runs where <c>/usr/lib/postgresql</c> is empty.</summary>
    public static readonly string[] Hide =
        ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /usr/lib/postgresql && exec \"$@\"", "sh"];

    public HiddenPostgresFactAttribute()
    {
        if (!CanHide())
            Skip = "PostgreSQL can be hidden only on Linux, by root, and where it lies in /usr/lib/postgresql.";
    }

    /// <summary>What PATH names, apart from the folders that hold a PostgreSQL.</summary>
    public static string PathWithoutPostgres => string.Join(Path.PathSeparator, (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Where(folder => !File.Exists(Path.Combine(folder, "initdb"))));

    private static bool CanHide()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !Directory.Exists("/usr/lib/postgresql") || File.Exists("/usr/bin/initdb"))
            return false;
        using var attempt = Process.Start(new ProcessStartInfo(Hide[0], [.. Hide[1..], "true"]) { RedirectStandardError = true })!;
        attempt.WaitForExit();
        return attempt.ExitCode == 0;
    }
}
