using System.Reflection;

namespace ECommerce.Observability;

/// <summary>Which build is running: the version, the commit it was made from (<c>unknown</c> outside a repository) and the runtime.</summary>
public sealed record BuildInfo(string Version, string Commit, string Runtime)
{
    /// <summary>The build of the running program: all its assemblies carry the same version and commit.</summary>
    public static BuildInfo Current { get; } = Read(typeof(BuildInfo).Assembly);

    private static BuildInfo Read(Assembly assembly)
    {
        // The SDK writes "version+commit" where it finds a repository.
        var informational = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        return informational.Split('+') is [var version, var commit]
            ? new(version, commit, Environment.Version.ToString())
            : new(informational, "unknown", Environment.Version.ToString());
    }
}
