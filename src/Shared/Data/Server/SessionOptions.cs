using System.Text.RegularExpressions;
using Npgsql;

namespace ECommerce.Data;

/// <summary>Merges the session options of a connection string with those that a module needs.</summary>
internal static partial class SessionOptions
{
    /// <summary>The startup options of a module's session: those of the connection string, and the module's role.</summary>
    public static string? Of(string? given, string? role) =>
        role is null ? given : string.IsNullOrWhiteSpace(given) ? $"-c role={role}" : $"{given} -c role={role}";

    /// <summary>Whether options set a role.</summary>
    public static bool SetRole(string options) => Role().IsMatch(options);

    /// <summary>
    /// Builds the pool. <c>Target Session Attributes</c> is applied as for a single connection: with several hosts, sessions come from a
    /// host that fits.
    /// </summary>
    public static NpgsqlDataSource BuildForTarget(this NpgsqlDataSourceBuilder builder)
    {
        var settings = builder.ConnectionStringBuilder;
        if (settings.TargetSessionAttributes is not { } wanted)
            return builder.Build();
        settings.TargetSessionAttributes = null;
        return builder.BuildMultiHost().WithTargetSession(Enum.Parse<TargetSessionAttributes>(wanted.Replace("-", "", StringComparison.Ordinal), ignoreCase: true));
    }

    [GeneratedRegex(@"(-c\s*|--)role\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex Role();
}
