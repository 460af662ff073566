namespace ECommerce.Hosting;

/// <summary>
/// Thrown when the host cannot start for a reason that is not a bug. The message tells the operator the problem and its remedy. It contains
/// no secret.
/// </summary>
public class StartupException(string message, Exception? inner = null) : Exception(message, inner);
