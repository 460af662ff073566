using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using ECommerce.Hosting;
using Microsoft.Extensions.Configuration.CommandLine;
using Microsoft.Extensions.Configuration.EnvironmentVariables;
using Microsoft.Extensions.Configuration.Json;
using Microsoft.Extensions.Configuration.KeyPerFile;

namespace ECommerce.Host.Console;

/// <summary>A setting of the host as a page shows it.</summary>
/// <param name="Name">The name of the variable: <c>Limits__Burst</c>.</param>
/// <param name="Value">The value in force. Of a secret it says only whether there is one.</param>
/// <param name="Source">Where the value comes from.</param>
/// <param name="Meaning">The description.</param>
internal sealed record ShownSetting(string Name, string Value, string Source, string Meaning)
{
    public const string Default = "default";
}

/// <summary>The settings of the host: names, values and sources. The values of secrets are never read.</summary>
internal sealed class SettingsList(IConfiguration configuration, IEnumerable<SettingsSection> sections)
{
    private const string Set = "is set";
    private const string NotSet = "is not set";

    public IReadOnlyList<ShownSetting> Read() =>
    [
        .. sections.SelectMany(Read).Append(Show("ConnectionStrings:ECommerce", isSecret: true, "", "The connection string of PostgreSQL; without one the host starts its own."))
            .OrderBy(setting => setting.Name, StringComparer.Ordinal),
    ];

    private IEnumerable<ShownSetting> Read(SettingsSection section)
    {
        var defaults = Activator.CreateInstance(section.Options)!;
        foreach (var property in section.Properties)
        {
            yield return Show(
                $"{section.Name}:{property.Name}", property.GetCustomAttribute<PasswordPropertyTextAttribute>() is { Password: true },
                Convert.ToString(property.GetValue(defaults), CultureInfo.InvariantCulture) ?? "", property.GetCustomAttribute<DescriptionAttribute>()?.Description ?? "");
        }
    }

    private ShownSetting Show(string key, bool isSecret, string usual, string meaning)
    {
        var source = SourceOf((IConfigurationRoot)configuration, key, out var value);
        return new(
            key.Replace(":", "__", StringComparison.Ordinal), isSecret ? (string.IsNullOrEmpty(value) ? NotSet : Set) : value ?? usual, source ?? ShownSetting.Default, meaning);
    }

    // The last provider that has the key wins.
    private static string? SourceOf(IConfigurationRoot root, string key, out string? value)
    {
        foreach (var provider in root.Providers.Reverse())
        {
            if (provider is ChainedConfigurationProvider { Configuration: IConfigurationRoot inner })
            {
                if (SourceOf(inner, key, out value) is { } source)
                    return source;
            }
            else if (provider.TryGet(key, out value))
            {
                return NameOf(provider);
            }
        }
        value = null;
        return null;
    }

    private static string NameOf(IConfigurationProvider provider) => provider switch
    {
        EnvironmentVariablesConfigurationProvider => "variable",
        CommandLineConfigurationProvider => "command line",
        KeyPerFileConfigurationProvider => "secret file",
        JsonConfigurationProvider file => Path.GetFileName(file.Source.Path ?? "file"),
        _ => "program",
    };
}
