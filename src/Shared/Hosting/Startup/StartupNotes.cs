namespace ECommerce.Hosting;

/// <summary>
/// What whoever started the host must be told once the doors are open, such as a password that was made for them: printed to the
/// terminal, and never logged.
/// </summary>
public sealed class StartupNotes
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
