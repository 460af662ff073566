using System.Text.Json;

namespace ECommerce.Storm;

/// <summary>
/// The storm's part of the journal, the file <c>storm.jsonl</c>: a line of JSON for each thing that the audit has to know of.
/// <code>
/// {"what":"life","number":2,"started":"…","ended":null,"killed":false,"host":"orders","serves":"/api/orders"}
/// {"what":"scrape","life":2,"began":"…","ended":"…","series":[{"method":"POST","route":"/api/orders","status":201,"count":17}]}
/// {"what":"trouble","kind":"host_killed","detail":"orders","began":"…","ended":"…","recovered":"…"}
/// </code>
/// A life is a host's process, and has a second line when it ends. <c>host</c> is its name where there are several behind a balancer, and
/// <c>serves</c> the routes that the balancer sends to this host, or to equal ones, only; both are null otherwise. A trouble has
/// <c>recovered</c> null when the shop did not return.
/// </summary>
internal sealed class StormJournal : IDisposable
{
    private readonly Lock _lock = new();
    private readonly StreamWriter _file;
    private int _lives;

    public StormJournal(DirectoryInfo folder) => _file = new(Path.Combine(folder.FullName, "storm.jsonl"), append: true) { AutoFlush = true };

    /// <summary>Records that a host's process starts.</summary>
    /// <param name="host">The host's name behind a balancer; null when it is the only one.</param>
    /// <param name="serves">The path of the routes that only this host serves; null when all hosts serve all.</param>
    public Life Begin(string? host, string? serves)
    {
        var life = new Life(Interlocked.Increment(ref _lives), TimeProvider.System.GetUtcNow(), Ended: null, Killed: false, host, serves);
        Write(life);
        return life;
    }

    public void Write(Life life) => Append(new { what = "life", life.Number, life.Started, life.Ended, life.Killed, life.Host, life.Serves });

    public void Write(Scrape scrape) => Append(new { what = "scrape", scrape.Life, scrape.Began, scrape.Ended, scrape.Series });

    public void Write(DisruptionOutcome trouble) => Append(new { what = "trouble", trouble.Kind, trouble.Detail, trouble.Began, trouble.Ended, recovered = trouble.CaughtUp });

    public void Dispose() => _file.Dispose();

    private void Append<T>(T entry)
    {
        var line = JsonSerializer.Serialize(entry, JsonSerializerOptions.Web);
        lock (_lock)
            _file.WriteLine(line);
    }
}

internal sealed record Life(int Number, DateTimeOffset Started, DateTimeOffset? Ended, bool Killed, string? Host, string? Serves)
{
    public static readonly Life None = new(0, default, null, false, null, null);
}

internal sealed record Counted(string Method, string Route, int Status, long Count);

internal sealed record Scrape(int Life, DateTimeOffset Began, DateTimeOffset Ended, IReadOnlyList<Counted> Series);

/// <summary>A disruption and the recovery from it.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Detail">Whom it met, where there is a choice.</param>
/// <param name="IsSeamless">Whether no request may fail because of it.</param>
/// <param name="Began">When the disruption began.</param>
/// <param name="Ended">When the disruption ended: a kill at once, all others when the resource was restored.</param>
/// <param name="Serves">When the host was ready and an order was acknowledged again; null when that did not happen in time.</param>
/// <param name="CaughtUp">When every event from before the end was delivered as well.</param>
internal sealed record DisruptionOutcome(
    string Kind, string? Detail, bool IsSeamless, DateTimeOffset Began, DateTimeOffset Ended, DateTimeOffset? Serves, DateTimeOffset? CaughtUp);
