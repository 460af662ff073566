using ECommerce.Hosting;
using ECommerce.Modules;
using ECommerce.Web;
using Microsoft.Extensions.Configuration;

namespace ECommerce.Topology;

/// <summary>
/// Validates the section <c>Modules</c>: every module is held by this host or has an address, and there are no others. A distributed host
/// also needs the key that signs its calls.
/// </summary>
internal sealed class TopologyCheck(IConfiguration configuration, IReadOnlyList<IModule> all) : IStartupCheck
{
    private readonly string[] _names = [.. all.Select(module => module.Name)];

    public IEnumerable<string> Problems()
    {
        var hosted = ModulesOptions.Split(configuration["Modules:Hosted"]);
        foreach (var unknown in hosted.Where(name => !_names.Contains(name, StringComparer.OrdinalIgnoreCase)))
            yield return $"Modules__Hosted: there is no module {unknown}. The modules are {string.Join(", ", _names)}.";

        var isDistributed = hosted.Count > 0 && _names.Any(name => !hosted.Contains(name));
        foreach (var problem in configuration.GetSection(ModulesOptions.Section).GetChildren().SelectMany(child => ProblemsOf(child, hosted)))
            yield return problem;
        if (ContractTokens.ProblemOf(configuration["Contracts:TrustedKeys"]) is { Length: > 0 } problemOfKeys)
            yield return $"Contracts__TrustedKeys {problemOfKeys}";
        if (!isDistributed)
            yield break;
        foreach (var module in _names.Where(name => !hosted.Contains(name) && configuration[$"Modules:{name}:Address"] is null))
            yield return $"Modules__Hosted does not name {module}: set Modules__{Title(module)}__Address to the internal listener of the host that holds it.";

        using var key = SigningKey.TryRead(configuration["Contracts:SigningKey"] ?? "", out var problemOfKey);
        if (key is null)
            yield return $"Contracts__SigningKey is required where a module is held by another host. It {problemOfKey}";
    }

    private IEnumerable<string> ProblemsOf(IConfigurationSection child, IReadOnlyCollection<string> hosted)
    {
        if (child.Key.Equals("Hosted", StringComparison.OrdinalIgnoreCase))
            yield break;
        var (setting, isModule) = ($"Modules__{child.Key}", _names.Contains(child.Key, StringComparer.OrdinalIgnoreCase));
        if (!isModule)
            yield return $"{setting} is not a setting. Modules has Hosted, and an Address for each of {string.Join(", ", _names)}.";
        else if (child.Value is not null || child.GetChildren().Any(part => !part.Key.Equals("Address", StringComparison.OrdinalIgnoreCase)))
            yield return $"{setting} has one setting, {setting}__Address.";
        else if (ModulesOptions.AddressOf(configuration, child.Key) is null)
            yield return $"{setting}__Address: '{child["Address"]}' must look like http://{child.Key.ToLowerInvariant()}:5082.";
        else if (hosted.Count == 0 || hosted.Contains(child.Key))
            yield return $"{setting}__Address: this host holds the module itself. Take it out of Modules__Hosted, or remove the address.";
    }

    private static string Title(string module) => char.ToUpperInvariant(module[0]) + module[1..];
}
