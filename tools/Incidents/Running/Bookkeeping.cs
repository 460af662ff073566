using System.Text.RegularExpressions;
using ECommerce.Testing;

namespace ECommerce.Incidents.Running;

/// <summary>The audit of an incident's shop.</summary>
/// <param name="Findings">What is wrong with the books.</param>
/// <param name="OrdersLost">Acknowledged orders that are gone.</param>
internal sealed partial record Bookkeeping(IReadOnlyList<string> Findings, int OrdersLost)
{
    private const string LimitOfRequests = "60"; // how long a request hung is the incident's doing, and in the objectives

    public static async Task<Bookkeeping> AuditAsync(Arena arena, CancellationToken ct)
    {
        var journal = Collect(arena.Journal);
        await using var audit = ChildProcess.Start(
            ["dotnet", Path.Combine(AppContext.BaseDirectory, "ECommerce.Audit.dll"), "--journal", journal.FullName, "--limit", LimitOfRequests, "--settle", "10"],
            null, ("AUDIT_DATABASE", arena.Administrator));
        if (await audit.WaitForExitAsync(ct) is not (0 or 1))
            throw new IncidentException($"The audit failed.\n{audit.Written}");
        string[] findings = [.. audit.Output.Where(line => !Totals().IsMatch(line) && !IsOfTheIncident(line))];
        return new(findings, findings.Count(line => LostOrder().IsMatch(line)));
    }

    // Clients that are not of tools/Traffic have no journal, and neither have the rows that a cause adds.
    private static bool IsOfTheIncident(string line) =>
        line.EndsWith("nobody has asked for it", StringComparison.Ordinal) || line.Contains("hung for", StringComparison.Ordinal) || line.Contains("of whom nobody was told", StringComparison.Ordinal);

    private static DirectoryInfo Collect(DirectoryInfo groups)
    {
        var all = groups.CreateSubdirectory("all");
        foreach (var group in groups.EnumerateDirectories().Where(group => group.Name != all.Name))
        {
            foreach (var file in group.EnumerateFiles("*.jsonl"))
                file.CopyTo(Path.Combine(all.FullName, $"{group.Name}-{file.Name}"), overwrite: true);
        }

        return all;
    }

    [GeneratedRegex(@"^(\d+ (orders|users|requests|hosts)\b.*[,:;]|All is as promised|Wrong: )")]
    private static partial Regex Totals();

    [GeneratedRegex(@"^order \S+ was acknowledged as \S+ and is not there")]
    private static partial Regex LostOrder();
}
