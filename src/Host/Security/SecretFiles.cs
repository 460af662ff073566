using System.ComponentModel;
using ECommerce.Hosting;

namespace ECommerce.Host.Security;

/// <summary>The settings of secrets in files (section <c>Secrets</c>).</summary>
internal sealed class SecretsOptions
{
    public const string Section = "Secrets";
    public const string Usual = "/run/secrets";

    [Description("A folder with a file for each secret setting, named after its variable: `Tokens__SigningKey`. One newline at the end is dropped, and a file takes precedence over a variable. The default folder, where containers get their secrets, need not exist.")]
    public string Directory { get; set; } = Usual;
}

/// <summary>
/// A configuration source that reads secrets from files. Environment variables are inherited by child processes, shown by <c>docker
/// inspect</c> and printed in crash reports; files are not (https://docs.docker.com/compose/how-tos/use-secrets/).
/// </summary>
internal static class SecretFiles
{
    public static void AddSecretFiles(this WebApplicationBuilder builder)
    {
        builder.Services.AddSettings<SecretsOptions>(SecretsOptions.Section);
        var named = builder.Configuration[$"{SecretsOptions.Section}:{nameof(SecretsOptions.Directory)}"];
        var folder = Path.GetFullPath(named is { Length: > 0 } ? named : SecretsOptions.Usual);
        if (!Directory.Exists(folder))
        {
            if (named is { Length: > 0 } && named != SecretsOptions.Usual)
                throw new StartupException($"{SecretsOptions.Section}__{nameof(SecretsOptions.Directory)}: there is no folder {folder}.");
            return;
        }

        try
        {
            builder.Configuration.AddKeyPerFile(files =>
            {
                files.FileProvider = new Microsoft.Extensions.FileProviders.PhysicalFileProvider(folder, Microsoft.Extensions.FileProviders.Physical.ExclusionFilters.None);
                files.Optional = false;
                // The folder may hold secrets of others: the host's have a section in their name.
                files.IgnoreCondition = name => !name.Contains("__", StringComparison.Ordinal);
            });
        }
        catch (UnauthorizedAccessException e)
        {
            throw new StartupException($"A file in {folder} cannot be read: give it to the user that the host runs as.", e);
        }
    }
}
