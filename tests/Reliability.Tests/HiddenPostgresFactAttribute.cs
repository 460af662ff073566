using System.Diagnostics;

namespace ECommerce.Reliability.Tests;

/// <summary>A test of a machine without PostgreSQL: Debian's is hidden from the host in a mount namespace of its own, for which it takes root.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HiddenPostgresFactAttribute : FactAttribute
{
    /// <summary>The start of a command line whose rest runs where <c>/usr/lib/postgresql</c> is empty, and links into it lead nowhere.</summary>
    public static readonly string[] Hide = ["unshare", "--mount", "sh", "-c", "mount -t tmpfs none /usr/lib/postgresql && exec \"$@\"", "sh"];

    public HiddenPostgresFactAttribute()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess || !IsHidden())
            Skip = "PostgreSQL can be hidden from the host only on Linux, by root, and where it lies in /usr/lib/postgresql.";
    }

    private static bool IsHidden()
    {
        using var look = Process.Start(new ProcessStartInfo(Hide[0], [.. Hide[1..], "sh", "-c", "! command -v initdb"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        look.WaitForExit();
        return look.ExitCode == 0;
    }
}
