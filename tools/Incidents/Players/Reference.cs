using System.Globalization;
using System.Text.RegularExpressions;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Running;
using ECommerce.Testing;
using Npgsql;
using Answer = ECommerce.Incidents.Judging.Answer;

namespace ECommerce.Incidents.Players;

/// <summary>
/// The reference player: follows the runbooks by rules, from what an operator has (metrics, traces, SQL, the list of processes, clients and
/// settings). It knows no plan. It looks about once a second, waits until what it has seen has lasted, acts, and answers.
/// </summary>
internal sealed partial class Reference : IPlayer
{
    public const string Name = "reference";

    private const double MuchOfAClient = 8_000; // bytes a second
    private const double BusyProcessors = 0.4;
    private const double TicksPerSecond = 100;
    private const int MostNamed = 2;
    private const int ByComparison = 4;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(4);

    private readonly Comparison _pages = new();
    private readonly Dictionary<string, (DateTimeOffset Since, Suspicion Suspicion)> _seen = [];
    private readonly Dictionary<int, (double Ticks, DateTimeOffset At)> _busy = [];
    private bool _isBusy;
    private bool _isPaused;

    public async Task<Answer?> PlayAsync(Stage stage, CancellationToken ct)
    {
        using var operators = new HttpClient
        {
            BaseAddress = stage.Arena.Management,
            Timeout = Patience,
            DefaultRequestHeaders = { { "X-Management-Key", stage.Arena.ManagementKey } },
        };
        var database = await DatabaseRules.RememberAsync(stage.Arena.Operator, stage.Arena.HostConnection, ct);
        var window = stage.Pace.Window;
        var end = stage.Started + stage.Pace.LatestOnset + stage.Pace.Quiet;
        DateTimeOffset? alarmed = null;
        for (var now = stage.Started; now < end && !(_seen.Count > 0 && WaitedFrom(alarmed) + window < now); now = TimeProvider.System.GetUtcNow())
        {
            // Slow requests without a reason are an alarm only for as long as they last: a busy machine has some.
            var isWrong = await LookAsync(stage, operators, database, now, alarmed ?? now, window, ct);
            alarmed = isWrong ? alarmed ?? now : null;
            await Task.Delay(Interval, ct);
        }

        if (alarmed is null)
            return Answer.Nothing;
        var found = _seen.Values.OrderBy(one => Weight(one.Suspicion)).ThenBy(one => one.Since).Where((one, index) => index == 0 || Weight(one.Suspicion) < ByComparison)
            .Take(MostNamed).ToList();
        foreach (var cure in found.SelectMany(one => one.Suspicion.Cures))
            await stage.Desk.DoAsync(cure, ct);
        return new(true, found.Count > 0 ? found.Min(one => one.Since) : alarmed, [.. found.Select(one => one.Suspicion.Cause)]);
    }

    /// <returns>Whether something is wrong.</returns>
    private async Task<bool> LookAsync(
        Stage stage, HttpClient operators, DatabaseRules database, DateTimeOffset now, DateTimeOffset alarmed, TimeSpan window, CancellationToken ct)
    {
        if (await PageAsync(operators, ct) is { } page)
            _pages.Add(now, page);
        try
        {
            foreach (var suspicion in await database.LookAsync(ct))
                Suspect(suspicion, now);
        }
        catch (NpgsqlException)
        {
            // The server is too busy to be asked now.
        }

        var replaced = _pages.Replaced is { } at ? at + WarmUp : DateTimeOffset.MinValue;
        var from = new[] { now - window, replaced, stage.Started }.Max();
        var until = _pages.Replaced is { } gone ? gone - Interval : alarmed - (window / 2);
        var rules = new HostRules(_pages, stage.Started + Interval, until, from, now);
        await LookBesideAsync(stage, rules, now, ct);
        if (_pages.Versions.Count > 1 && now - from > window / 2 && await rules.ReleaseAsync(slice => GroupAsync(operators, slice, ct)) is { } release)
            Suspect(release, _pages.Replaced ?? now);
        if (_seen.Count == 0 && now - stage.Started > window && rules.Load() is { } load)
            Suspect(load, now - (window / 2));
        return _seen.Count > 0 || (now - stage.Started > window && stage.Watch.BrokenBetween(now - window, now, 0).Count > 0);
    }

    /// <summary>What is around the host: programs, settings, clients.</summary>
    private async Task LookBesideAsync(Stage stage, HostRules rules, DateTimeOffset now, CancellationToken ct)
    {
        foreach (var name in stage.Arena.ChangedSettings.Keys)
        {
            if (HostRules.Setting(name) is { } setting)
                Suspect(setting, _pages.Replaced ?? now);
        }

        int[] programs = [.. Lines(await stage.Desk.DoAsync(["processes"], ct)).Select(IdOf).Where(id => id > 0)];
        _isPaused |= StateOf(stage.Arena.HostProcessId) == 'T';
        _isBusy |= programs.Sum(id => BusyShareOf(id, now)) > BusyProcessors;
        if (programs.Length > 0)
            Suspect(rules.Neighbour(_isBusy, _isPaused, [.. programs.Select(id => (string[])["stop", id.ToString(CultureInfo.InvariantCulture)])]), now, "neighbour");

        foreach (var line in Lines(await stage.Desk.DoAsync(["clients"], ct)).Where(line => !line.StartsWith("customers", StringComparison.Ordinal)))
        {
            if (line.Split(' ') is [var address, var bytes, ..] && double.Parse(bytes, CultureInfo.InvariantCulture) > MuchOfAClient)
                Suspect(rules.Client(address), now, $"client {address}");
        }
    }

    private static int IdOf(string line) => int.TryParse(line.Split(' ')[0], CultureInfo.InvariantCulture, out var id) ? id : 0;

    // A later conclusion of the same rule knows more than an earlier one.
    private void Suspect(Suspicion suspicion, DateTimeOffset now, string? rule = null)
    {
        var key = rule ?? string.Join(' ', suspicion.Cures[0]);
        _seen[key] = (_seen.TryGetValue(key, out var earlier) ? earlier.Since : now, suspicion);
    }

    /// <summary>How much of a processor a program took since the last look.</summary>
    private double BusyShareOf(int id, DateTimeOffset now)
    {
        if (TicksOf(id) is not { } ticks)
            return 0;
        var (last, at) = _busy.GetValueOrDefault(id, (ticks, now));
        _busy[id] = (ticks, now);
        return now > at ? (ticks - last) / TicksPerSecond / (now - at).TotalSeconds : 0;
    }

    private static async Task<Metrics?> PageAsync(HttpClient operators, CancellationToken ct)
    {
        try
        {
            return Metrics.Parse($"{await operators.GetStringAsync("/metrics", ct)}\n{await operators.GetStringAsync("/metrics/runtime", ct)}");
        }
        catch (Exception e) when (e is HttpRequestException or IOException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>The group of customers that all failed calls of a slice have in common.</summary>
    private static async Task<string?> GroupAsync(HttpClient operators, string slice, CancellationToken ct)
    {
        try
        {
            var traces = await operators.GetStringAsync($"/ops/api/logs?filter={Uri.EscapeDataString("event:request.broke")}&limit=5", ct);
            var groups = new List<string>();
            foreach (var id in TraceId().Matches(traces).Select(match => match.Groups[1].Value).Distinct().Take(5))
            {
                var spans = await operators.GetStringAsync($"/ops/api/traces/{id}", ct);
                if (spans.Contains(slice, StringComparison.Ordinal) && Group().Matches(spans) is [.., var last])
                    groups.Add(last.Groups[1].Value);
            }

            return groups.Distinct().ToList() is [var only] ? only : null;
        }
        catch (Exception e) when (e is HttpRequestException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return null;
        }
    }

    // A host that has just been replaced has to warm up before it can be compared.
    private DateTimeOffset? WaitedFrom(DateTimeOffset? alarmed) => alarmed is { } at && _pages.Replaced + WarmUp > at ? _pages.Replaced + WarmUp : alarmed;

    // What the database or a list says outright comes before what metrics suggest.
    private static int Weight(Suspicion suspicion) => suspicion.Cause.What == Mechanisms.FlashSale ? ByComparison : suspicion.Cures switch
    {
        [["sql", ..], ..] => 0,
        [["block", ..], ..] => 1,
        [["stop", ..], ..] => 2,
        [["restart", ..], ..] => 3,
        _ => ByComparison,
    };

    private static char StateOf(int process) => StatOf(process) is [var state, ..] ? state[0] : ' ';

    private static double? TicksOf(int process) => StatOf(process) is { Length: > 15 } stat
        ? double.Parse(stat[11], CultureInfo.InvariantCulture) + double.Parse(stat[12], CultureInfo.InvariantCulture)
        : null;

    // The fields of /proc/…/stat behind the program's name, which may contain anything.
    private static string[] StatOf(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            return stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        }
        catch (IOException)
        {
            return [];
        }
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [GeneratedRegex(""""traceId":\s*"([0-9a-f]{32})"""")]
    private static partial Regex TraceId();

    [GeneratedRegex(""""key":\s*"app\.customer\.group",\s*"value":\s*\{\s*"stringValue":\s*"(\w)"""")]
    private static partial Regex Group();
}
