namespace ECommerce.Hosting;

/// <summary>
/// A part that is otherwise made when it is first used: a key, a secret, a socket. It is made and tried before the database is started, so
/// that a setting that cannot work stops the start instead of failing a request. Registered as a singleton.
/// </summary>
public interface IMadeAtStart
{
    /// <exception cref="StartupException">It cannot work. The message names the setting.</exception>
    void Make();
}
