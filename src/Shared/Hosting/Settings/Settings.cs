using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ECommerce.Hosting;

/// <summary>A section of the configuration and its options class, which documents and validates it.</summary>
/// <param name="IsShared">Whether others have settings in the section too, as the framework has in <c>Logging</c>: unknown names are then
/// not errors.</param>
public sealed record SettingsSection(string Name, Type Options, bool IsShared = false)
{
    public IEnumerable<PropertyInfo> Properties => Options.GetProperties().Where(property => property.CanWrite);

    /// <summary>The problems, each a line that begins with the name of the environment variable.</summary>
    public IEnumerable<string> Problems(IConfiguration configuration)
    {
        var section = configuration.GetSection(Name);
        var known = Properties.Select(property => property.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var unknown in section.GetChildren().Where(child => !IsShared && !known.Contains(child.Key)))
            yield return $"{Name}__{unknown.Key} is not a setting. {Name} has {string.Join(", ", known.Order(StringComparer.Ordinal))}.";

        var options = Activator.CreateInstance(Options)!;
        foreach (var property in Properties)
        {
            var given = section.GetSection(property.Name);
            if (given.GetChildren().FirstOrDefault() is { } part)
                yield return $"{Name}__{property.Name}__{part.Key} is not a setting. {Name}__{property.Name} is one value.";
            if (given.Value is { } text)
            {
                if (!SettingText.TryRead(text, property.PropertyType, out var value))
                {
                    yield return $"{Name}__{property.Name}: '{text}' is not {SettingText.Readable(property.PropertyType)}.";
                    continue;
                }

                property.SetValue(options, value);
            }

            List<ValidationResult> broken = [];
            Validator.TryValidateProperty(property.GetValue(options), new(options) { MemberName = property.Name }, broken);
            foreach (var rule in broken)
                yield return $"{Name}__{property.Name}: {rule.ErrorMessage}";
        }
    }
}

public static class SettingsRegistration
{
    /// <summary>Binds a section to its options, once however many parts of the host use it. All sections are checked together before anything is built: <see cref="CheckSettings"/>.</summary>
    public static IServiceCollection AddSettings<T>(this IServiceCollection services, string section, bool isShared = false) where T : class
    {
        if (services.Any(service => service.ImplementationInstance is SettingsSection known && known.Options == typeof(T)))
            return services;
        services.AddSingleton(new SettingsSection(section, typeof(T), isShared));
        services.AddOptions<T>().BindConfiguration(section);
        return services;
    }

    /// <summary>Validates the whole configuration before the host is built.</summary>
    /// <exception cref="StartupException">Settings are invalid; the message lists all of them.</exception>
    public static void CheckSettings(this IHostApplicationBuilder builder)
    {
        object?[] registered = [.. builder.Services.Where(service => !service.IsKeyedService).Select(service => service.ImplementationInstance)];
        Check(builder.Configuration, registered.OfType<SettingsSection>(), registered.OfType<IStartupCheck>().SelectMany(check => check.Problems()));
    }

    /// <exception cref="StartupException">Settings are invalid; the message lists all of them.</exception>
    public static void Check(IConfiguration configuration, IEnumerable<SettingsSection> sections, IEnumerable<string> more)
    {
        SettingsSection[] known = [.. sections];
        string[] problems = [.. known.SelectMany(section => section.Problems(configuration)), .. MisspelledSettings.Problems(configuration, known), .. more];
        if (problems.Length > 0)
            throw new StartupException($"The settings are wrong:{Environment.NewLine}{string.Join(Environment.NewLine, problems.Select(problem => $"  - {problem}"))}");
    }
}
