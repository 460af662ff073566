using System.Globalization;

namespace ECommerce.Reliability.Tests;

/// <summary>The processes of an embedded PostgreSQL, seen from outside.</summary>
internal static class Postgres
{
    /// <summary>Every process that was started on data below the folder. Backends rename themselves, and end with their postmaster.</summary>
    public static IReadOnlyList<int> ProcessesOf(string folder) =>
    [
        .. from entry in Directory.EnumerateDirectories("/proc")
           let name = Path.GetFileName(entry)
           where name.All(char.IsAsciiDigit) && CommandLineOf(entry).Contains($"{folder}/postgres", StringComparison.Ordinal)
           select int.Parse(name, CultureInfo.InvariantCulture),
    ];

    /// <summary>The postmaster, as its own lock file names it.</summary>
    public static int PostmasterOf(string folder) =>
        int.Parse(File.ReadLines(Path.Combine(folder, "postgres/data/postmaster.pid")).First(), CultureInfo.InvariantCulture);

    private static string CommandLineOf(string entry)
    {
        try
        {
            return File.ReadAllText(Path.Combine(entry, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has ended meanwhile
        }
    }
}
