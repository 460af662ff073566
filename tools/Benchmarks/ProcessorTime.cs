using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>The CPU time of processes, read from <c>/proc</c>.</summary>
internal static class ProcessorTime
{
    // The kernel counts in these units for programs, whatever its own are (USER_HZ).
    private const int TicksPerSecond = 100;

    // Places behind the name in /proc/<pid>/stat, which may hold spaces and parentheses itself.
    private const int Parent = 1;
    private const int FirstTime = 11;

    /// <summary>User and system time of a process and its descendants, those that have ended included.</summary>
    public static TimeSpan OfTree(int root)
    {
        var processes = Directory.EnumerateDirectories("/proc").Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0).Select(id => (Id: id, Stat: Read(id))).Where(process => process.Stat is not null).ToDictionary(process => process.Id, process => process.Stat!);
        return TimeSpan.FromSeconds(processes.Where(process => IsWithin(process.Key)).Sum(process => Ticks(process.Value)) / (double)TicksPerSecond);

        bool IsWithin(int id)
        {
            while (id != root && processes.TryGetValue(id, out var stat))
                id = int.Parse(stat[Parent], CultureInfo.InvariantCulture);
            return id == root;
        }
    }

    // utime, stime, and the same of children that have ended and were waited for: a session of PostgreSQL that ends stays counted.
    private static long Ticks(string[] stat) => stat.Skip(FirstTime).Take(4).Sum(ticks => long.Parse(ticks, CultureInfo.InvariantCulture));

    private static string[]? Read(int id)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
