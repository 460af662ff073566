namespace ECommerce.Hosting;

/// <summary>
/// The host cannot start for a reason that is not a bug of its own. The message is for the person who started it: what is wrong, and
/// what to do about it. It holds no secret.
/// </summary>
public class StartupException(string message, Exception? inner = null) : Exception(message, inner);
