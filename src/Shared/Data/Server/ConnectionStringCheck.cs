using ECommerce.Hosting;
using Microsoft.Extensions.Configuration;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// Validates the connection string: refuses keywords that the host sets itself, that would break it, or that would leak data. All others
/// reach the driver as they are.
/// </summary>
public sealed class ConnectionStringCheck(IConfiguration configuration) : IStartupCheck
{
    private const string Section = "ConnectionStrings";
    private const string Setting = $"{Section}__{DatabaseServer.ConnectionName}";

    private static readonly Dictionary<string, string> Refused = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Application Name"] = "the host names its connections after their modules, ecommerce-orders",
        ["Command Timeout"] = "use Database__CommandTimeout",
        ["Include Error Detail"] = "it would write values of rows, such as e-mails, into log lines",
        ["Log Parameters"] = "it would write values of rows, such as e-mails, into log lines",
        ["Maximum Pool Size"] = "use Database__MaxPoolSize",
        ["Pooling"] = "the host keeps one pool for each module",
        ["Timeout"] = "use Database__AcquireTimeout",
    };

    private static readonly string[] Writers = ["any", "primary", "prefer-primary", "read-write"];

    public IEnumerable<string> Problems()
    {
        foreach (var other in configuration.GetSection(Section).GetChildren().Where(child => !child.Key.Equals(DatabaseServer.ConnectionName, StringComparison.OrdinalIgnoreCase)))
            yield return $"{Section}__{other.Key} is not a setting. {Section} has {DatabaseServer.ConnectionName}.";
        if (Parse(configuration.GetConnectionString(DatabaseServer.ConnectionName)) is not { } given)
            yield break;

        foreach (var keyword in given.Keys.Order(StringComparer.Ordinal))
        {
            if (Refused.TryGetValue(keyword, out var reason) && !(keyword == "Pooling" && given.Pooling))
                yield return $"{Setting}: {keyword} cannot be given here: {reason}.";
        }

        if (string.IsNullOrWhiteSpace(given.Host))
            yield return $"{Setting}: Host is missing.";
        if (given.TargetSessionAttributes is { } target && !Writers.Contains(target, StringComparer.OrdinalIgnoreCase))
            yield return $"{Setting}: Target Session Attributes must be one of {string.Join(", ", Writers)}: the shop writes.";
        if (given.Options is { } options && SessionOptions.SetRole(options))
            yield return $"{Setting}: Options must not set a role: each module takes its own.";
        if (given.MinPoolSize > PoolSize)
            yield return $"{Setting}: Minimum Pool Size must not exceed Database__{nameof(DatabaseOptions.MaxPoolSize)}, which is {PoolSize}.";
    }

    // An invalid size is reported by its own section.
    private int PoolSize =>
        int.TryParse(configuration[$"{DatabaseOptions.Section}:{nameof(DatabaseOptions.MaxPoolSize)}"], out var size) ? size : new DatabaseOptions().MaxPoolSize;

    // A connection string that cannot be parsed is reported when the server is located.
    private static NpgsqlConnectionStringBuilder? Parse(string? configured)
    {
        try
        {
            return string.IsNullOrWhiteSpace(configured) ? null : new(configured);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
