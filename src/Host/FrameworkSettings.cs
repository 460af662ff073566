using ECommerce.Hosting;

namespace ECommerce.Host;

/// <summary>
/// Validates settings that the framework reads by itself: log levels, which would otherwise end the start with a stack trace, and Kestrel's
/// endpoints, which would be additional public listeners.
/// </summary>
internal sealed class FrameworkSettings(IConfiguration configuration) : IStartupCheck
{
    public IEnumerable<string> Problems()
    {
        var logging = configuration.GetSection("Logging");
        foreach (var levels in (IConfigurationSection[])[logging.GetSection("LogLevel"), .. logging.GetChildren().Select(provider => provider.GetSection("LogLevel"))])
        {
            foreach (var level in levels.GetChildren().Where(level => level.Value is { Length: > 0 } text && !Enum.TryParse<LogLevel>(text, ignoreCase: true, out _)))
                yield return $"{level.Path.Replace(":", "__", StringComparison.Ordinal)}: '{level.Value}' is not a level. Levels are {string.Join(", ", Enum.GetNames<LogLevel>())}.";
        }

        if (configuration.GetSection("Kestrel:Endpoints").Exists())
            yield return "Kestrel__Endpoints is not a setting of this host. It listens at Endpoints__Public and Endpoints__Management.";
    }
}
