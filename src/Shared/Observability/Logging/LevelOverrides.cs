using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Observability.Logging;

/// <summary>
/// A configuration source above all others that overrides <c>Logging:LogLevel</c> at run time. All logger providers follow it, and it
/// survives a reload of the other sources.
/// </summary>
internal sealed class LevelOverrides : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>Replaces the overrides by these levels, by category.</summary>
    public void Show(IEnumerable<(string Category, LogLevel Level)> levels)
    {
        Data = levels.ToDictionary(one => $"Logging:LogLevel:{one.Category}", one => (string?)one.Level.ToString(), StringComparer.OrdinalIgnoreCase);
        OnReload();
    }
}
