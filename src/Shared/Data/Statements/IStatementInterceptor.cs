using Npgsql;

namespace ECommerce.Data;

/// <summary>
/// Interceptor of the statements that modules run through <see cref="ModuleDb"/> and <see cref="Transaction"/>. Interceptors are registered as
/// singletons; the chain is resolved once, when the pools are made, in the order of registration.
/// </summary>
public interface IStatementInterceptor
{
    /// <summary>Runs on the statement's open connection before the statement. The time that it takes counts as the statement's.</summary>
    Task BeforeAsync(string module, NpgsqlConnection connection, CancellationToken ct) => Task.CompletedTask;

    /// <summary>Runs when the statement has ended, whether it succeeded or failed.</summary>
    void After(string module, string sql, TimeSpan elapsed)
    {
    }
}
