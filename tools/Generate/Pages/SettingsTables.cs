using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using ECommerce.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Observability.Otlp;

namespace ECommerce.Generate.Pages;

/// <summary>The tables of settings, made from the options classes and from the list of OpenTelemetry's variables.</summary>
internal static class SettingsTables
{
    /// <summary>Every setting with its default and its meaning.</summary>
    /// <param name="host">The services of a host.</param>
    public static string Settings(IServiceProvider host)
    {
        var rows = host.GetServices<SettingsSection>()
            .OrderBy(section => section.Name, StringComparer.Ordinal)
            .SelectMany(section => section.Properties, Row);

        return $"""
            | Variable | Default | Meaning |
            |---|---|---|
            {string.Join('\n', rows)}

            """.ReplaceLineEndings("\n");
    }

    /// <summary>Every variable of OpenTelemetry with its effect.</summary>
    public static string OpenTelemetry() => $"""
        | Variable | Obeyed | Effect, or why there is none | Values |
        |---|---|---|---|
        {string.Join('\n', OtelVariable.All.Select(variable => $"| `{variable.Name}` | {(variable.IsObeyed ? "yes" : "no")} | {variable.Effect} | {variable.Rule} |"))}

        """.ReplaceLineEndings("\n");

    private static string Row(SettingsSection section, PropertyInfo setting)
    {
        var meaning = setting.GetCustomAttribute<DescriptionAttribute>()?.Description;
        if (string.IsNullOrWhiteSpace(meaning))
            throw new InvalidOperationException($"{section.Name}__{setting.Name} has no [Description].");
        var value = setting.GetValue(Activator.CreateInstance(section.Options));
        return $"| `{section.Name}__{setting.Name}` | {Shown(value)} | {meaning.Replace("|", "\\|", StringComparison.Ordinal)} |";
    }

    private static string Shown(object? value) => value switch
    {
        null or "" => "",
        bool flag => flag ? "`true`" : "`false`",
        string text => $"`{text}`",
        IEnumerable many => string.Join(", ", many.Cast<object>().Select(Shown)),
        TimeSpan { Milliseconds: not 0 } time => $"`{time.ToString().TrimEnd('0')}`",
        IFormattable other => $"`{other.ToString(null, CultureInfo.InvariantCulture)}`",
        _ => $"`{value}`",
    };
}
