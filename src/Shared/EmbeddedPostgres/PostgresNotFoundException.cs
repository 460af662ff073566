using ECommerce.Hosting;

namespace ECommerce.EmbeddedPostgres;

/// <summary>Thrown when no usable version of PostgreSQL is installed and no external server is configured.</summary>
public sealed class PostgresNotFoundException() : StartupException(
    $"No PostgreSQL {PostgresBinaries.OldestMajor} or later is installed here: install it (`apt-get install postgresql`), or set ConnectionStrings__ECommerce to a server of your own.");
