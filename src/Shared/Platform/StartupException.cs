namespace ECommerce.Platform;

/// <summary>The host cannot start, for a reason that its operator can mend. The message is the whole sentence for that person.</summary>
public class StartupException(string message, Exception? cause = null) : Exception(message, cause);
