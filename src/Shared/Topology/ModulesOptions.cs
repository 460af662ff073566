using System.ComponentModel;
using Microsoft.Extensions.Configuration;

namespace ECommerce.Topology;

/// <summary>The settings of the topology (section <c>Modules</c>). The address of each remote module is beside them: <c>Modules__Users__Address</c>.</summary>
public sealed class ModulesOptions
{
    public const string Section = "Modules";

    /// <summary>The last part of a remote module's setting.</summary>
    public const string Address = "Address";

    [Description("The modules that this host holds, separated by commas: `users,products`. Empty means all. Each other module needs `Modules__<Name>__Address`.")]
    public string Hosted { get; set; } = "";

    /// <summary>The names in a list that is separated by commas.</summary>
    public static IReadOnlyCollection<string> Split(string? names) =>
        (names ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <returns>The address of the internal listener that serves the module's contracts; null when the setting is missing or no such address.</returns>
    public static Uri? AddressOf(IConfiguration configuration, string module)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return Uri.TryCreate(configuration[$"{Section}:{module}:{Address}"], UriKind.Absolute, out var address)
            && address is { Scheme: "http" or "https", PathAndQuery: "/", UserInfo: "" } ? address : null;
    }
}
