using Observability.Console.Settings;

namespace ECommerce.Host.Console;

/// <summary>Prometheus' rules and the runbooks of the repository, which the build embeds in this assembly: the console evaluates the first and shows the second.</summary>
internal static class ShopRules
{
    private const string Rules = "rules/";
    private const string Runbooks = "runbooks/";

    // The job of deploy/prometheus/prometheus.yml that scrapes /metrics.
    private const string Job = "ecommerce";

    public static void AddShopRules(this ConsoleSettings settings)
    {
        var assembly = typeof(ShopRules).Assembly;
        foreach (var name in assembly.GetManifestResourceNames())
        {
            if (name.StartsWith(Rules, StringComparison.Ordinal))
                settings.RuleFiles[name[Rules.Length..]] = Read(name);
            else if (name.StartsWith(Runbooks, StringComparison.Ordinal))
                settings.Runbooks[Path.GetFileNameWithoutExtension(name[Runbooks.Length..])] = Read(name);
        }

        settings.TargetLabels["job"] = Job;

        string Read(string resource)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            return reader.ReadToEnd();
        }
    }
}
