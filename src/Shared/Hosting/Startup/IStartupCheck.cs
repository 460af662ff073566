namespace ECommerce.Hosting;

/// <summary>A condition of starting that no single setting can express, such as what Production requires. Registered as an instance, since it is asked before there are services.</summary>
public interface IStartupCheck
{
    /// <summary>What is wrong, each problem a line that begins with the name of the setting.</summary>
    IEnumerable<string> Problems();
}
