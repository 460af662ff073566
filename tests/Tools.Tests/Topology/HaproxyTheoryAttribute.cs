using ECommerce.Topologies;

namespace ECommerce.Tools.Tests.Topology;

/// <summary>A theory that needs haproxy; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HaproxyTheoryAttribute : TheoryAttribute
{
    public HaproxyTheoryAttribute() => Skip = Haproxy.Missing;
}

/// <summary>A test that needs haproxy; skipped where it is not installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class HaproxyFactAttribute : FactAttribute
{
    public HaproxyFactAttribute() => Skip = Haproxy.Missing;
}

internal static class Haproxy
{
    /// <summary>Why a test that needs haproxy is skipped; null when haproxy is here.</summary>
    public static string? Missing => File.Exists(HaproxyFile.Program) || InPath() ? null : "haproxy is not installed: apt-get install haproxy.";

    private static bool InPath() =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "haproxy")));
}
