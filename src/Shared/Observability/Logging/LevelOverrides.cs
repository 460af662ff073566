using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace Observability.Logging;

/// <summary>
/// A source of configuration above all others that moves <c>Logging:LogLevel</c> while the host runs. Every logger obeys at once, and
/// reading the other sources anew leaves it as it is.
/// </summary>
internal sealed class LevelOverrides : ConfigurationProvider, IConfigurationSource
{
    public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

    /// <summary>From now on these levels hold, by category, and no others.</summary>
    public void Show(IEnumerable<(string Category, LogLevel Level)> levels)
    {
        Data = levels.ToDictionary(one => $"Logging:LogLevel:{one.Category}", one => (string?)one.Level.ToString(), StringComparer.OrdinalIgnoreCase);
        OnReload();
    }
}
