namespace ECommerce.Hosting;

/// <summary>
/// Messages for the person who starts the host, such as a generated password. They are printed to the terminal when the listeners are open,
/// and never logged.
/// </summary>
public sealed class StartupMessages
{
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_gate)
                return [.. _lines];
        }
    }

    public void Add(string line)
    {
        lock (_gate)
            _lines.Add(line);
    }
}
