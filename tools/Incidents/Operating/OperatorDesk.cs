using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using ECommerce.Incidents.Running;
using Npgsql;

namespace ECommerce.Incidents.Operating;

/// <summary>What an operator can do besides <c>/ops</c> and SQL: the commands of <c>act</c>.</summary>
internal sealed partial class OperatorDesk(Arena arena)
{
    private const int MostRows = 50;

    public const string Usage = """
        act restart [--set NAME=VALUE]... [--unset NAME]...   restart the host, with other settings: --set Database__MaxPoolSize=20
        act rollback                                          restart the host with the build before the last release
        act settings                                          what differs from the usual settings
        act clients                                           bytes a second of each client at the gateway
        act block ADDRESS | unblock ADDRESS                   block a client at the gateway
        act reroute database | customers                      take the second line to the database, or to the customers
        act processes | stop PID                              the programs beside the host; end one
        act sql STATEMENT                                     run SQL as administrator
        """;

    private readonly ConcurrentQueue<string> _actions = new();
    private IReadOnlyDictionary<string, long> _carried = new Dictionary<string, long>();
    private DateTimeOffset _carriedAt = TimeProvider.System.GetUtcNow();

    /// <summary>What was done, in order; questions are not among it.</summary>
    public IReadOnlyList<string> Actions => [.. _actions];

    /// <summary>Does what the words ask for.</summary>
    /// <returns>What the operator reads.</returns>
    public async Task<string> DoAsync(string[] words, CancellationToken ct)
    {
        try
        {
            return words switch
            {
                ["restart", .. var changes] => await RestartAsync(changes, ct),
                ["rollback"] => await DoneAsync("rollback", async () => await arena.TryRollBackAsync(ct) ? "The build before the last release serves." : "There was no release."),
                ["settings"] => arena.ChangedSettings.Count == 0 ? "The usual settings." : string.Join('\n', arena.ChangedSettings.Select(change => $"{change.Key}={change.Value}")),
                ["clients"] => Clients(),
                ["block", var address] => await DoneAsync($"block {address}", () => Said(arena.Entrances.Block(address), $"{address} is blocked.", $"There is no client {address}.")),
                ["unblock", var address] => await DoneAsync($"unblock {address}", () => Said(arena.Entrances.Unblock(address), $"{address} is let in.", $"There is no client {address}.")),
                ["reroute", "database"] => await DoneAsync("reroute database", () => Reroute(arena.ToDatabase)),
                ["reroute", "customers"] => await DoneAsync("reroute customers", () => Reroute(arena.ToHost)),
                ["processes"] => arena.Neighbours.Count == 0 ? "There is no other program." : string.Join('\n', arena.Neighbours.Select(Described)),
                ["stop", var id] => await DoneAsync($"stop {id}", () => StopAsync(id)),
                ["sql", var statement] => await SqlAsync(statement, ct),
                _ => Usage,
            };
        }
        catch (Exception e) when (e is IncidentException or NpgsqlException)
        {
            return e.Message;
        }
    }

    private async Task<string> RestartAsync(string[] words, CancellationToken ct)
    {
        var changes = new Dictionary<string, string?>();
        for (var i = 0; i + 1 < words.Length; i += 2)
        {
            var (name, value) = words[i + 1].Split('=', 2) is [var left, var right] ? (left, right) : (words[i + 1], null);
            if (words[i] is not ("--set" or "--unset") || (words[i] == "--set") != (value is not null))
                return Usage;
            changes[name] = value;
        }

        return words.Length % 2 == 1 ? Usage : await DoneAsync($"restart {string.Join(' ', words)}".TrimEnd(), async () =>
        {
            await arena.RestartAsync(changes, ct);
            return "The next host serves.";
        });
    }

    private string Clients()
    {
        var (last, lastAt, now) = (_carried, _carriedAt, TimeProvider.System.GetUtcNow());
        (_carried, _carriedAt) = (arena.Entrances.Carried, now);
        var seconds = Math.Max(0.1, (now - lastAt).TotalSeconds);
        return string.Join('\n', _carried.Select(client => string.Create(CultureInfo.InvariantCulture, $"{client.Key} {(client.Value - last.GetValueOrDefault(client.Key)) / seconds:0} bytes a second")));
    }

    private async Task<string> SqlAsync(string statement, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(arena.Operator);
        await using var reader = await connection.ExecuteReaderAsync(new CommandDefinition(statement, cancellationToken: ct));
        var text = new StringBuilder();
        if (!statement.TrimStart().StartsWith("SELECT", StringComparison.OrdinalIgnoreCase) || EndsSessions().IsMatch(statement))
            _actions.Enqueue($"sql {statement}");
        if (reader.FieldCount > 0)
            text.AppendJoin('\t', Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)).AppendLine();
        for (var rows = 0; rows < MostRows && await reader.ReadAsync(ct); rows++)
            text.AppendJoin('\t', Enumerable.Range(0, reader.FieldCount).Select(field => Convert.ToString(reader.GetValue(field), CultureInfo.InvariantCulture))).AppendLine();
        return text.Length == 0 ? "Done." : text.ToString().TrimEnd();
    }

    private async Task<string> StopAsync(string id) =>
        int.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && await arena.StopNeighbourAsync(number)
            ? $"{id} has ended."
            : $"There is no other program {id}.";

    private async Task<string> DoneAsync(string action, Func<Task<string>> work)
    {
        _actions.Enqueue($"act {action}");
        return await work();
    }

    private Task<string> DoneAsync(string action, Func<string> work) => DoneAsync(action, () => Task.FromResult(work()));

    private static string Said(bool isDone, string yes, string no) => isDone ? yes : no;

    private static string Reroute(ECommerce.Testing.Wire line)
    {
        line.Mend();
        return "Data take the second line. Connections of the first one may have to end by themselves.";
    }

    private static string Described(int id)
    {
        try
        {
            return $"{id} {File.ReadAllText($"/proc/{id}/cmdline").Replace('\0', ' ').Trim()}";
        }
        catch (IOException)
        {
            return $"{id} has ended";
        }
    }

    [GeneratedRegex(@"pg_(terminate|cancel)_backend")]
    private static partial Regex EndsSessions();
}
