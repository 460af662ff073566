namespace ECommerce.Data;

/// <summary>
/// A PostgreSQL server that the host runs as its child when no connection string is configured. A host without one needs a connection string.
/// </summary>
public interface IEmbeddedServer
{
    /// <summary>The folder of its data, whose volume it fills.</summary>
    string Folder { get; }

    /// <summary>Whether another host uses its folder at this moment.</summary>
    bool IsInUse();

    /// <summary>Returns the connection string of the shop's login when the server takes connections.</summary>
    /// <exception cref="Hosting.StartupException">It cannot be started; the message says why.</exception>
    Task<string> StartAsync(CancellationToken ct);

    Task StopAsync();
}
