using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Reflection;
using ECommerce.Hosting;
using ECommerce.Observability.Otlp;
using Microsoft.Extensions.DependencyInjection;

namespace ECommerce.Docs.Tests;

/// <summary>The README's table of settings is what the options classes say.</summary>
public sealed class SettingsTests(DemoShop shop) : IClassFixture<DemoShop>
{
    [Fact]
    public void The_readme_lists_every_setting_with_its_default_and_its_meaning()
    {
        var rows = shop.Services.GetServices<SettingsSection>()
            .OrderBy(section => section.Name, StringComparer.Ordinal)
            .SelectMany(section => section.Properties, Row);

        new Page("README.md").Holds("settings", $"""
            | Variable | Default | Meaning |
            |---|---|---|
            {string.Join('\n', rows)}

            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public void The_page_on_settings_lists_every_variable_of_OpenTelemetry_with_its_effect() => new Page("docs/settings.md").Holds("otel", $"""
        | Variable | Obeyed | Effect, or why there is none | Values |
        |---|---|---|---|
        {string.Join('\n', OtelVariable.All.Select(variable => $"| `{variable.Name}` | {(variable.IsObeyed ? "yes" : "no")} | {variable.Effect} | {variable.Rule} |"))}

        """.ReplaceLineEndings("\n"));

    private static string Row(SettingsSection section, PropertyInfo setting)
    {
        var meaning = setting.GetCustomAttribute<DescriptionAttribute>()?.Description;
        meaning.ShouldNotBeNullOrWhiteSpace($"{section.Name}__{setting.Name} has no [Description].");
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
