using ECommerce.Hosting;

namespace ECommerce.Host.Security;

/// <summary>Validates that all secrets are configured outside Development, where none is generated.</summary>
internal sealed class ProductionSecrets(IHostEnvironment environment, IConfiguration configuration) : IStartupCheck
{
    public IEnumerable<string> Problems()
    {
        if (environment.IsDevelopment())
            yield break;
        foreach (var name in (string[])["Tokens:SigningKey", "Management:Key", "Bootstrap:AdminEmail", "Bootstrap:AdminPassword"])
        {
            if (string.IsNullOrEmpty(configuration[name]))
                yield return $"{name.Replace(":", "__", StringComparison.Ordinal)} is required outside Development.";
        }
    }
}
