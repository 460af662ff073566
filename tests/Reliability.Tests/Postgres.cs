using System.Diagnostics;
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

    /// <summary>Stops every process of the server where it stands, so that connections hang and none is refused.</summary>
    public static async Task<FreezeScope> FreezeAsync(string folder)
    {
        var postmaster = PostmasterOf(folder);
        await SignalAsync("STOP", [postmaster]); // first, so that it has no more children
        var children = await File.ReadAllTextAsync($"/proc/{postmaster}/task/{postmaster}/children");
        int[] backends = [.. children.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];
        await SignalAsync("STOP", backends);
        return new([postmaster, .. backends]);
    }

    private static async Task SignalAsync(string signal, IEnumerable<int> processes)
    {
        using var kill = Process.Start("kill", ["-s", signal, .. processes.Select(id => id.ToString(CultureInfo.InvariantCulture))]);
        await kill.WaitForExitAsync();
    }

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

    /// <summary>Thaws the server when it is disposed.</summary>
    internal sealed class FreezeScope(IEnumerable<int> processes) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await SignalAsync("CONT", processes);
    }
}
