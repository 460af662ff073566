using Observability.Console.Settings;

namespace ECommerce.Host.Console;

/// <summary>The rules that Prometheus evaluates and the runbooks of their alerts, embedded in the host for its console.</summary>
internal static class ShopRules
{
    private const string Rules = "rules/";
    private const string Runbooks = "runbooks/";

    public static void AddRulesAndRunbooks(this ConsoleSettings settings, IConfiguration configuration)
    {
        var assembly = typeof(ShopRules).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            if (name.StartsWith(Rules, StringComparison.Ordinal))
                settings.RuleFiles.Add(name[Rules.Length..], reader.ReadToEnd());
            else if (name.StartsWith(Runbooks, StringComparison.Ordinal))
                settings.Runbooks.Add(Path.GetFileNameWithoutExtension(name), reader.ReadToEnd());
        }
        // As deploy/prometheus names this host.
        settings.TargetLabels["job"] = "ecommerce";
        settings.TargetLabels["instance"] = (configuration["Endpoints:Management"] ?? new EndpointsOptions().Management).Replace("http://", "", StringComparison.Ordinal);
    }
}
