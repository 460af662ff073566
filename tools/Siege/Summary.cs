using System.Globalization;
using Spectre.Console;

namespace ECommerce.Siege;

/// <summary>Prints a report: a table of attacks, a table of what was felt by kind, refusals, and the goals that were missed.</summary>
internal static class Summary
{
    public static void Write(Report report, IAnsiConsole console)
    {
        console.WriteLine(Text($"Seed {report.Seed}, host: {report.Host}, {report.Rate} visits per second, {report.Seconds:0} s in all."));
        console.Write(Attacks(report));
        console.Write(Felt(report));
        foreach (var attack in report.Attacks)
        {
            var refusals = attack.Honest.Kinds.SelectMany(kind => kind.Refusals, (kind, refusal) => (Key: $"{refusal.Key} ({kind.Name})", refusal.Value));
            Say(attack, "honest customers were refused", refusals.OrderByDescending(refusal => refusal.Value).Select(refusal => Text($"{refusal.Value} {refusal.Key}")));
            Say(attack, "the attacker was answered", attack.Attacker.Answers.Select(answer => Text($"{answer.Value} {answer.Key}")));
            Say(attack, "noted", attack.Attacker.Notes.Select(note => Text($"{note.Key} {note.Value:0.###}")));
        }

        foreach (var goal in report.Goals.Where(goal => !goal.Met))
            console.WriteLine(Text($"MISSED {goal.Name}: {goal.Measured:0.####}, goal {goal.Limit}"));
        console.WriteLine(Text($"{report.Goals.Count(goal => goal.Met)} of {report.Goals.Count} goals met."));

        void Say(AttackFigures attack, string what, IEnumerable<string> parts)
        {
            if (string.Join(", ", parts) is { Length: > 0 } text)
                console.WriteLine($"{attack.Name}: {what}: {text}");
        }
    }

    private static Table Attacks(Report report)
    {
        var table = New("attack", "honest requests", "served %", "not ready", "MB before", "MB peak", "CPU", "log kB/s", "attacker's requests", "answers", "connections", "refused", "MB sent", "MB received");
        foreach (var (attack, honest, attacker, host) in report.Attacks.Select(attack => (attack, attack.Honest, attack.Attacker, attack.Host)))
        {
            table.AddRow(attack.Name, Text($"{honest.Requests}"), Text($"{100 * honest.Share:0.0}"), Text($"{host.NotReady}/{host.Probes}"),
                Text($"{host.MemoryBefore:0}"), Text($"{host.MemoryPeak:0}"), Text($"{host.Cpu:0.00}"), Text($"{host.LogBytesPerSecond / 1000:0}"),
                Text($"{attacker.Requests}"), Text($"{attacker.Answers.Values.Sum()}"), Text($"{attacker.Connections}"), Text($"{attacker.RefusedConnections}"),
                Text($"{attacker.BytesSent / 1e6:0.0}"), Text($"{attacker.BytesReceived / 1e6:0.0}"));
        }

        return table;
    }

    private static Table Felt(Report report)
    {
        var table = New("attack", "kind", "requests", "served %", "p50 ms", "p95", "p99", "max");
        foreach (var (attack, kind) in report.Attacks.SelectMany(attack => attack.Honest.Kinds, (attack, kind) => (attack, kind)))
        {
            table.AddRow(attack.Name, kind.Name, Text($"{kind.Requests}"), Text($"{100 * kind.Share:0.0}"),
                Text($"{kind.Latency.P50:0.0}"), Text($"{kind.Latency.P95:0.0}"), Text($"{kind.Latency.P99:0.0}"), Text($"{kind.Latency.Max:0.0}"));
        }

        return table;
    }

    private static Table New(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
            table.AddColumn(column is "attack" or "kind" ? new TableColumn(column) : new TableColumn(column).RightAligned());
        return table;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
