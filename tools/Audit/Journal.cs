using System.Globalization;
using System.Text.Json;

namespace ECommerce.Audit;

/// <summary>
/// The client's journal: every <c>*.writes.jsonl</c>, <c>*.requests.jsonl</c> and <c>storm.jsonl</c> of a folder. The programs that write
/// them define their lines; this program shares no code with them.
/// </summary>
internal sealed record Journal(
    IReadOnlyList<Write> Writes, IReadOnlyList<Request> Requests, IReadOnlyList<Life> Lives, IReadOnlyList<Scrape> Scrapes, IReadOnlyList<Disruption> Troubles)
{
    /// <exception cref="CannotAuditException">There is no journal, or a line of it cannot be read.</exception>
    public static Journal Read(DirectoryInfo folder)
    {
        if (!folder.Exists)
            throw new CannotAuditException($"There is no journal: {folder.FullName} does not exist.");
        var storm = Lines(folder, "storm.jsonl");
        var journal = new Journal(
            [.. Lines(folder, "*.writes.jsonl").Select(line => line.As<Write>())],
            [.. Lines(folder, "*.requests.jsonl").Select(line => line.As<Request>())],
            [.. storm.Where(line => line.What == "life").Select(line => line.As<Life>())
                .GroupBy(life => life.Number).Select(said => said.Last()).OrderBy(life => life.Started)],
            [.. storm.Where(line => line.What == "scrape").Select(line => line.As<Scrape>())],
            [.. storm.Where(line => line.What == "trouble").Select(line => line.As<Disruption>())]);
        return journal.Requests.Count > 0
            ? journal
            : throw new CannotAuditException($"The journal in {folder.FullName} knows of no request: nothing is proved by it.");
    }

    private static IReadOnlyList<Line> Lines(DirectoryInfo folder, string pattern) =>
    [
        .. from file in folder.EnumerateFiles(pattern).OrderBy(file => file.Name, StringComparer.Ordinal)
           from line in File.ReadLines(file.FullName).Index()
           select new Line($"{file.Name}:{(line.Index + 1).ToString(CultureInfo.InvariantCulture)}", line.Item),
    ];

    private sealed record Line(string Place, string Text)
    {
        public string? What => Parse<JsonElement>() is { ValueKind: JsonValueKind.Object } entry && entry.TryGetProperty("what", out var what) ? what.GetString() : null;

        public T As<T>() => Parse<T>() ?? throw new CannotAuditException($"{Place} of the journal is empty.");

        private T? Parse<T>()
        {
            try
            {
                return JsonSerializer.Deserialize<T>(Text, JsonSerializerOptions.Web);
            }
            catch (JsonException e)
            {
                throw new CannotAuditException($"{Place} of the journal cannot be read: {e.Message}");
            }
        }
    }
}

/// <summary>An acknowledged write: an <c>order</c>, a <c>user</c>, or a delivery to the <c>stock</c>.</summary>
internal sealed record Write(string What, DateTimeOffset At, string? Status, Guid OrderId, Guid UserId, decimal Amount, Guid Key, Guid ProductId, int Delta);

/// <param name="Status">0 without a complete answer; then <paramref name="Failed"/> is the reason.</param>
internal sealed record Request(
    DateTimeOffset Started, DateTimeOffset Ended, string Operation, string Method, string Route, int Status, string? Failed, Guid? Key)
{
    public bool IsAnswered => Status > 0;

    public TimeSpan Took => Ended - Started;
}

/// <summary>The lifetime of a host's process.</summary>
/// <param name="Killed">Whether it was ended by SIGKILL.</param>
/// <param name="Host">The host's name where there are several behind a balancer; null when it is the only one.</param>
/// <param name="Serves">The path of the routes that only this host and equal ones serve; null when all hosts serve all.</param>
internal sealed record Life(int Number, DateTimeOffset Started, DateTimeOffset? Ended, bool Killed, string? Host = null, string? Serves = null);

/// <summary>A scrape of a host's counters.</summary>
internal sealed record Scrape(int Life, DateTimeOffset Began, DateTimeOffset Ended, IReadOnlyList<Counted> Series);

internal sealed record Counted(string Method, string Route, int Status, long Count);

/// <param name="Kind">What happened.</param>
/// <param name="Began">When it began.</param>
/// <param name="Ended">When it was over, and the shop could begin to recover.</param>
/// <param name="Recovered">When the shop served again; null when it did not within the storm's time limit.</param>
internal sealed record Disruption(string Kind, DateTimeOffset Began, DateTimeOffset Ended, DateTimeOffset? Recovered);

/// <summary>Thrown when the audit cannot be made.</summary>
internal sealed class CannotAuditException(string message, Exception? inner = null) : Exception(message, inner);
