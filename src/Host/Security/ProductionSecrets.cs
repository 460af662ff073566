using ECommerce.Hosting;
using ECommerce.Topology;

namespace ECommerce.Host.Security;

/// <summary>Validates that all secrets are configured outside Development, where none is generated.</summary>
internal sealed class ProductionSecrets(IHostEnvironment environment, IConfiguration configuration, HostTopology topology) : IStartupCheck
{
    public IEnumerable<string> Problems()
    {
        if (environment.IsDevelopment())
            yield break;
        string[] ofUsers = topology.Holds(TokenOwnerValidator.Users) ? ["Tokens:SigningKey", "Bootstrap:AdminEmail", "Bootstrap:AdminPassword"] : [];
        foreach (var name in (string[])["Management:Key", .. ofUsers])
        {
            if (string.IsNullOrEmpty(configuration[name]))
                yield return $"{name.Replace(":", "__", StringComparison.Ordinal)} is required outside Development.";
        }
    }
}
