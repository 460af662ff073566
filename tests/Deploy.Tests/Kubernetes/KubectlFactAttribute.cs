using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Kubernetes;

/// <summary>A fact that asks kubectl for what a folder makes, which needs no cluster; skipped where there is none with kustomize 5 or later.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class KubectlFactAttribute : FactAttribute
{
    private static readonly bool IsInstalled = Ask();

    public KubectlFactAttribute() => Skip = IsInstalled ? null : "kubectl with kustomize 5 or later is not installed (kubectl version --client).";

    private static bool Ask()
    {
        try
        {
            using var kubectl = Process.Start(new ProcessStartInfo("kubectl", ["version", "--client"]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var said = kubectl.StandardOutput.ReadToEnd();
            return kubectl.WaitForExit(TimeSpan.FromSeconds(10)) && kubectl.ExitCode == 0 && Regex.IsMatch(said, @"Kustomize Version: v([5-9]|\d\d)\.");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
