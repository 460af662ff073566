using System.Net.Sockets;
using System.Security.Authentication;
using ECommerce.Hosting;
using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// The configured server: parses its connection string and explains failures of the first connection. No message holds the password.
/// </summary>
internal sealed class ServerAddress
{
    public const string ConnectionName = "ECommerce";

    public const string Setting = $"ConnectionStrings__{ConnectionName}";

    private readonly NpgsqlConnectionStringBuilder _settings;

    private ServerAddress(NpgsqlConnectionStringBuilder settings) => _settings = settings;

    public string? Host => _settings.Host;

    public int Port => _settings.Port;

    public string ConnectionString => _settings.ConnectionString;

    private string Name => $"PostgreSQL at {Host}:{Port}";

    /// <param name="configured">The connection string.</param>
    /// <param name="maxPoolSize">The size of a module's pool, which the string's own pool settings must fit.</param>
    /// <exception cref="StartupException">The text is no connection string, or cannot be used.</exception>
    public static ServerAddress Parse(string configured, int maxPoolSize)
    {
        var settings = Read(configured);
        if (string.IsNullOrWhiteSpace(settings.Host))
            throw new StartupException($"{Setting} names no Host.");
        foreach (var (keyword, path) in ((string, string?)[])[("Root Certificate", settings.RootCertificate), ("SSL Certificate", settings.SslCertificate), ("SSL Key", settings.SslKey)])
        {
            if (!string.IsNullOrEmpty(path) && !File.Exists(path))
                throw new StartupException($"{Setting}: there is no file {path}, which {keyword} names.");
        }

        // Kerberos is opt-in. Otherwise the driver loads its library at each start, which writes to stderr when it is missing.
        if (!settings.ShouldSerialize("GSS Encryption Mode") && Environment.GetEnvironmentVariable("PGGSSENCMODE") is null)
            settings.GssEncryptionMode = GssEncryptionMode.Disable;
        try
        {
            var pooled = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { MaxPoolSize = maxPoolSize };
            using var pool = new NpgsqlDataSourceBuilder(pooled.ConnectionString).BuildForTarget();
        }
        catch (Exception unusable) when (unusable is ArgumentException or NotSupportedException or InvalidOperationException)
        {
            throw new StartupException($"{Setting} cannot be used with Database__MaxPoolSize={maxPoolSize}: {unusable.Message}", unusable);
        }

        return new(settings);
    }

    /// <returns>Why waiting will not help; null when the server may still accept the host.</returns>
    public string? Refusal(Exception failure) => failure switch
    {
        PostgresException { IsTransient: true } => null,
        PostgresException refusal => $"{Name} refuses the connection ({refusal.SqlState}): {refusal.MessageText}. {Advice(refusal.SqlState)}",
        NpgsqlException { InnerException: AuthenticationException untrusted } => $"The certificate of {Name} is not trusted: {untrusted.Message} Correct Root Certificate or SSL Mode in {Setting}.",
        NpgsqlException { InnerException: null } when string.IsNullOrEmpty(_settings.Password) && FrameworkInternals.LacksPassword(failure)
            => $"{Name} asks for a password: put Password=… into {Setting}.",
        NpgsqlException { InnerException: null } when FrameworkInternals.LacksTls(failure)
            => $"{Name} speaks no TLS, which SSL Mode={_settings.SslMode} requires: switch it on there, or correct SSL Mode in {Setting}.",
        NpgsqlException { InnerException: SocketException or TimeoutException or EndOfStreamException } => null,
        NpgsqlException { IsTransient: true } => null,
        NpgsqlException => $"{Name} does not let the host in: {Causes(failure)} Correct {Setting}.",
        OperationCanceledException => null,
        _ => $"{Setting} cannot be used: {Causes(failure)}",
    };

    /// <returns>The message when the wait has timed out.</returns>
    public string Silence(NpgsqlException last, TimeSpan waited) => last is PostgresException answer
        ? $"{Name} has answered for {waited.TotalSeconds:0.#} s only: {answer.MessageText} ({answer.SqlState})."
        : $"No PostgreSQL answered at {Host}:{Port} within {waited.TotalSeconds:0.#} s: start it, or correct {Setting}.";

    private static NpgsqlConnectionStringBuilder Read(string configured)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(configured);
        }
        catch (Exception nonsense) when (nonsense is ArgumentException or FormatException or InvalidCastException or OverflowException)
        {
            // The parser's message would quote parts of the string, perhaps the password.
            throw new StartupException($"{Setting} is not a connection string: write Host=…;Database=…;Username=…;Password=….");
        }
    }

    private static string Advice(string state) => state switch
    {
        PostgresErrorCodes.InvalidPassword => $"Correct Username and Password in {Setting}.",
        PostgresErrorCodes.InvalidAuthorizationSpecification => $"Correct Username and SSL Mode in {Setting}, or the rules in the server's pg_hba.conf.",
        PostgresErrorCodes.InvalidCatalogName => $"Create the database, or correct Database in {Setting}.",
        PostgresErrorCodes.InsufficientPrivilege => "Give the login CONNECT on the database.",
        _ => $"Correct {Setting}.",
    };

    private static string Causes(Exception failure)
    {
        List<string> messages = [];
        for (var cause = failure; cause is not null; cause = cause.InnerException)
            messages.Add(cause.Message.TrimEnd('.'));
        return $"{string.Join(": ", messages)}.";
    }
}
