using ECommerce.Hosting;

namespace ECommerce.Host.Security;

/// <summary>Outside Development no secret is made up: what nobody has chosen, nobody keeps.</summary>
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
