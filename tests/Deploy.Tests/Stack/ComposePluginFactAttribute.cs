using System.Diagnostics;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>A fact that asks Docker's Compose plugin, which needs no engine for it; skipped where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ComposePluginFactAttribute : FactAttribute
{
    private static readonly bool IsInstalled = Ask();

    public ComposePluginFactAttribute() => Skip = IsInstalled ? null : "Docker's Compose plugin is not installed (docker compose version).";

    private static bool Ask()
    {
        try
        {
            using var docker = Process.Start(new ProcessStartInfo("docker", ["compose", "version"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            return docker.WaitForExit(TimeSpan.FromSeconds(10)) && docker.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
