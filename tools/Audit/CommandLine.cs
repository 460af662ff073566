using System.CommandLine;
using System.Globalization;
using Observability.Text;

namespace ECommerce.Audit;

/// <summary>Parses the options, runs the audit and returns the exit code.</summary>
internal static class CommandLine
{
    public const int Clean = 0;
    public const int NotClean = 1;
    public const int CannotAudit = 2;

    private static readonly Option<string?> Database = new("--database")
    {
        Description = "The shop's database, as an Npgsql connection string; better given as AUDIT_DATABASE, which others on this machine cannot read.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("AUDIT_DATABASE"),
    };

    private static readonly Option<DirectoryInfo> JournalFolder = new("--journal") { Description = "The client's journal, a folder.", Required = true };

    private static readonly Option<double> Settle = new("--settle")
    {
        Description = "How many seconds to wait for the shop to come to rest, at most.",
        DefaultValueFactory = _ => 60,
    };

    private static readonly Option<double> Limit = new("--limit")
    {
        Description = "How many seconds a request may take, the network included.",
        DefaultValueFactory = _ => 12,
    };

    /// <returns>0 when all guarantees hold, 1 when one does not, 2 when the audit failed.</returns>
    public static async Task<int> RunAsync(string[] args, TextWriter output, TextWriter error, CancellationToken ct)
    {
        var root = new RootCommand("""
            Holds a shop's database against the journal of a client, and says what is wrong, a line each.
            It only reads. Exits with 0 when all is as promised, with 1 when it is not, with 2 when nothing can be said.
            """)
        {
            Database, JournalFolder, Settle, Limit,
        };
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            foreach (var wrong in parsed.Errors)
                await error.WriteLineAsync(wrong.Message);
            return CannotAudit;
        }

        root.SetAction((asked, _) => AuditAsync(
            asked.GetValue(Database), asked.GetRequiredValue(JournalFolder), TimeSpan.FromSeconds(asked.GetValue(Settle)),
            TimeSpan.FromSeconds(asked.GetValue(Limit)), output, error, ct));
        return await parsed.InvokeAsync(new() { Output = output, Error = error, EnableDefaultExceptionHandler = false }, ct);
    }

    private static async Task<int> AuditAsync(
        string? database, DirectoryInfo folder, TimeSpan settle, TimeSpan limit, TextWriter output, TextWriter error, CancellationToken ct)
    {
        try
        {
            if (string.IsNullOrEmpty(database))
                throw new CannotAuditException("Which database? Give AUDIT_DATABASE or --database.");
            var journal = Journal.Read(folder);
            var facts = await Facts.ReadAsync(database, settle, ct);
            string[] findings = [.. Findings(journal, facts, limit)];
            foreach (var finding in findings)
                await output.WriteLineAsync(VisibleText.Of(finding)); // It may quote what a customer wrote.
            await TellTotalsAsync(journal, facts, output);
            await output.WriteLineAsync(findings.Length == 0 ? "All is as promised." : Said($"Wrong: {findings.Length}."));
            return findings.Length == 0 ? Clean : NotClean;
        }
        catch (CannotAuditException e)
        {
            await error.WriteLineAsync(e.Message);
            return CannotAudit;
        }
    }

    internal static IEnumerable<string> Findings(Journal journal, Facts facts, TimeSpan limit) =>
    [
        .. facts.Imbalances, .. Guarantees.Orders(journal, facts), .. Guarantees.Users(journal, facts), .. Guarantees.Deliveries(journal, facts),
        .. Guarantees.Requests(journal, limit), .. Guarantees.Recoveries(journal), .. Reconciliation.Findings(journal),
    ];

    private static async Task TellTotalsAsync(Journal journal, Facts facts, TextWriter output)
    {
        var totals = facts.Totals;
        int Acknowledged(string what) => journal.Writes.Where(write => write.What == what).Select(write => (write.OrderId, write.UserId, write.Key)).Distinct().Count();
        await output.WriteLineAsync(Said($"{totals.Orders} orders, {Acknowledged("order")} of them acknowledged; {totals.Payments} payments, {totals.Charges} charged, {totals.Refunds} refunded."));
        await output.WriteLineAsync(Said($"{totals.Users} users, {Acknowledged("user")} of them acknowledged; {totals.Adjustments} changes of stock, {Acknowledged("stock")} of them acknowledged; {totals.Events} deliveries of events."));
        var requests = journal.Requests;
        await output.WriteLineAsync(Said($"{requests.Count} requests: {requests.Count(request => request.Status is >= 200 and < 300)} served, {requests.Count(request => request.Status is >= 300 and < 500)} refused, {requests.Count(request => request.Status >= 500)} answered with 5xx, {requests.Count(request => !request.IsAnswered)} without an answer; the longest took {requests.Max(request => request.Took).TotalSeconds:0.0} s."));
        await output.WriteLineAsync(Said($"{journal.Lives.Count} hosts, {journal.Lives.Count(life => life.Killed)} of them killed; {journal.Troubles.Count} troubles; {journal.Scrapes.Count} scrapes."));
    }

    private static string Said(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
