using System.Reflection;

namespace Observability.Settings;

/// <summary>
/// The version of the running build, the commit it was built from (<c>unknown</c> outside a repository) and the version of .NET.
/// </summary>
public sealed record BuildInfo(string Version, string Commit, string Runtime)
{
    /// <summary>The build of the program that was started.</summary>
    public static BuildInfo Current { get; } = Of(Assembly.GetEntryAssembly() ?? typeof(BuildInfo).Assembly);

    /// <summary>The build of an assembly.</summary>
    public static BuildInfo Of(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        // The SDK writes "version+commit" where it finds a repository.
        var informational = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";
        return informational.Split('+') is [var version, var commit]
            ? new(version, commit, Environment.Version.ToString())
            : new(informational, "unknown", Environment.Version.ToString());
    }
}
