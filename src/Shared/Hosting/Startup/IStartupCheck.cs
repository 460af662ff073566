namespace ECommerce.Hosting;

/// <summary>
/// A condition of the start that no single setting can express, such as what Production requires. Registered as an instance, since it is
/// evaluated before the service provider exists.
/// </summary>
public interface IStartupCheck
{
    /// <summary>The problems, each a line that begins with the name of the setting.</summary>
    IEnumerable<string> Problems();
}
