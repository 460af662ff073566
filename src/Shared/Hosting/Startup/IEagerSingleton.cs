namespace ECommerce.Hosting;

/// <summary>
/// A singleton that is created eagerly: a key, a secret, a socket. It is created and tried before the database is started, so that an
/// invalid setting fails the start instead of a request.
/// </summary>
public interface IEagerSingleton
{
    /// <exception cref="StartupException">The setting is invalid. The message names it.</exception>
    void Make();
}
