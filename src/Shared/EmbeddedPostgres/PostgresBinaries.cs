using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.EmbeddedPostgres;

/// <summary>The programs of one installed version of PostgreSQL.</summary>
internal sealed partial record PostgresBinaries(string Folder, int Major)
{
    public const int OldestMajor = 15;

    public string Initdb => Path.Combine(Folder, "initdb");

    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>The folders that may hold the programs: those of PATH first, then those of packages, newest version first.</summary>
    public static IEnumerable<string> UsualFolders() =>
    [
        .. ServerUser.SearchPath(),
        .. Versions("/usr/lib/postgresql", "*"),
        .. Versions("/usr", "pgsql-*"),
        .. Versions("/opt/homebrew/opt", "postgresql@*"),
        .. Versions("/usr/local/opt", "postgresql@*"),
        "/opt/homebrew/bin",
        "/usr/local/pgsql/bin",
        "/usr/local/bin",
    ];

    /// <summary>Finds the usable installations in <paramref name="folders"/>, in their order.</summary>
    /// <exception cref="PostgresNotFoundException">There is no usable installation.</exception>
    public static async Task<IReadOnlyList<PostgresBinaries>> FindAsync(IEnumerable<string> folders, CancellationToken ct)
    {
        var found = new List<PostgresBinaries>();
        foreach (var folder in folders.Distinct())
        {
            var binaries = new PostgresBinaries(folder, 0);
            if (!IsThere(binaries.Postgres) || !IsThere(binaries.Initdb))
                continue;
            var version = await ServerUser.RunAsync(ServerUser.Command(binaries.Postgres, "--version"), ct);
            var major = int.Parse(FirstNumber().Match(version).ValueSpan, CultureInfo.InvariantCulture);
            if (major >= OldestMajor)
                found.Add(binaries with { Major = major });
        }

        return found.Count > 0 ? found : throw new PostgresNotFoundException();
    }

    // A link whose program was uninstalled still exists as a file.
    private static bool IsThere(string program) => File.Exists(program) && File.ResolveLinkTarget(program, returnFinalTarget: true) is not { Exists: false };

    private static IEnumerable<string> Versions(string parent, string pattern) => Directory.Exists(parent)
        ? Directory.EnumerateDirectories(parent, pattern)
            .OrderByDescending(folder => int.TryParse(FirstNumber().Match(Path.GetFileName(folder)).ValueSpan, out var major) ? major : 0)
            .Select(folder => Path.Combine(folder, "bin"))
        : [];

    [GeneratedRegex("[0-9]+")]
    private static partial Regex FirstNumber();
}
