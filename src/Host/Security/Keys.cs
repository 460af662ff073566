using ECommerce.Hosting;
using ECommerce.Topology;
using ECommerce.Web;
using Microsoft.Extensions.Options;

namespace ECommerce.Host.Security;

/// <summary>
/// The host's two keys: configured, or generated in Development and stored in the data folder. Both are loaded before the host opens; the
/// one that signs tokens belongs to the host of Users.
/// </summary>
internal sealed class Keys(IServiceProvider services) : IEagerSingleton
{
    private const string SigningFile = "signing.pem";

    public static SigningKey Signing(IServiceProvider services) => services.GetRequiredService<IOptions<TokenOptions>>().Value.SigningKey is { Length: > 0 } configured
        ? SigningKey.FromPem(configured)
        : SigningKey.TryRead(services.GetRequiredService<KeptSecrets>().GetOrCreate(SigningFile, SigningKey.NewPem), out var problem)
            ?? throw new StartupException($"The kept key keys/{SigningFile} in Data__Directory {problem} Delete the file, and the next start makes a new one.");

    public static ManagementKey Management(IServiceProvider services) => new(
        services.GetRequiredService<IOptions<ManagementOptions>>().Value.Key
        ?? services.GetRequiredService<KeptSecrets>().GetOrCreate(ManagementKey.File, KeptSecrets.NewPassword));

    public void Make()
    {
        if (services.GetRequiredService<HostTopology>().Holds(TokenOwnerValidator.Users))
            services.GetRequiredService<SigningKey>();
        services.GetRequiredService<ManagementKey>();
    }
}

/// <summary>Validates <c>Tokens__SigningKey</c>.</summary>
internal sealed class SigningKeyCheck(IConfiguration configuration) : IStartupCheck
{
    public IEnumerable<string> Problems()
    {
        if (configuration["Tokens:SigningKey"] is not { Length: > 0 } configured)
            yield break;
        using var key = SigningKey.TryRead(configured, out var problem);
        if (key is null)
            yield return $"Tokens__SigningKey {problem}";
    }
}
