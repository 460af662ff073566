using System.Globalization;

namespace ECommerce.Audit;

/// <summary>
/// Compares the shop's request counters with the client's journal. The client is the only caller of <c>/api</c>. For each scrape of each
/// host and each series: answers completed before the scrape began ≤ counted ≤ requests begun before it ended that may have been counted in
/// it. A request without an answer may have been counted under any status, or not at all; so may one whose answer a balancer can have given
/// in the place of a host. Equal hosts are compared together, by the sum of their last scrapes.
/// </summary>
internal static class Reconciliation
{
    // A request is counted after its response is complete, by a thread that may have to wait for the processor.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private const string Ours = "/api/";

    public static IEnumerable<string> Findings(Journal journal) =>
        from lives in journal.Lives.GroupBy(life => life.Serves)
        let client = Client.Of(journal, lives.Key, isBalanced: lives.Any(life => life.Host is not null))
        from finding in lives.Select(life => life.Host).Distinct().Count() == 1
            ? InTurn([.. lives], journal, client)
            : Together([.. lives], journal, client)
        select finding;

    /// <summary>Compares each scrape of a host whose processes followed each other.</summary>
    private static IEnumerable<string> InTurn(IReadOnlyList<Life> lives, Journal journal, Client client)
    {
        foreach (var (index, life) in lives.Index())
        {
            var until = index + 1 < lives.Count ? lives[index + 1].Started : DateTimeOffset.MaxValue;
            // An answer can only come from the host that lived when it came; without one, any whom the request has met may have counted it.
            // At the change of hosts, the client may read an answer a moment after the host that gave it has ended.
            Request[] possible = [.. client.Answered.Where(request => request.Ended >= life.Started && request.Ended - Grace < until)];
            Request[] certain = [.. possible.Where(request => request.Started >= life.Started && request.Ended < until)];
            Request[] unheard = [.. client.Unheard.Where(request => request.Ended >= life.Started && request.Started < (life.Ended ?? until))];
            foreach (var scrape in journal.Scrapes.Where(scrape => scrape.Life == life.Number))
            {
                string[] wrongs =
                [
                    .. Compare(
                        Said($"host {life.Host ?? life.Number.ToString(CultureInfo.InvariantCulture)} at {scrape.Began:HH:mm:ss}"), scrape.Series,
                        certain.Where(request => request.Ended < scrape.Began - Grace),
                        possible.Where(request => request.Started < scrape.Ended),
                        unheard.Where(request => request.Started < scrape.Ended)),
                ];
                foreach (var wrong in wrongs)
                    yield return wrong;
                if (wrongs.Length > 0)
                    break; // a counter that is wrong stays wrong: its first scrape says it all
            }
        }
    }

    /// <summary>
    /// Compares the last scrapes of equal hosts, of which the client does not know which one answered. What a host counted after its last
    /// scrape is lost with it: an answer from such a time may be missing.
    /// </summary>
    private static IEnumerable<string> Together(IReadOnlyList<Life> lives, Journal journal, Client client)
    {
        var last = journal.Scrapes.GroupBy(scrape => scrape.Life).ToDictionary(scrapes => scrapes.Key, scrapes => scrapes.MaxBy(scrape => scrape.Began)!);
        var blind = lives.Select(life => (
            From: last.TryGetValue(life.Number, out var scrape) ? scrape.Began - Grace : life.Started,
            Until: life.Ended is { } ended ? ended + Grace : DateTimeOffset.MaxValue)).ToArray();
        var counted = lives.Where(life => last.ContainsKey(life.Number)).SelectMany(life => last[life.Number].Series)
            .GroupBy(series => (series.Method, series.Route, series.Status))
            .Select(series => new Counted(series.Key.Method, series.Key.Route, series.Key.Status, series.Sum(one => one.Count)));
        return Compare(
            Said($"{lives.Select(life => life.Host).Distinct().Count()} hosts together"), counted,
            client.Answered.Where(request => !blind.Any(time => request.Ended >= time.From && request.Ended < time.Until)), client.Answered, client.Unheard);
    }

    private static IEnumerable<string> Compare(
        string who, IEnumerable<Counted> series, IEnumerable<Request> answered, IEnumerable<Request> begun, IEnumerable<Request> unheard)
    {
        var counted = series.Where(one => one.Route.StartsWith(Ours, StringComparison.Ordinal))
            .ToDictionary(one => (one.Method, one.Route, one.Status), one => one.Count);
        var least = Count(answered, request => (request.Method, request.Route, request.Status));
        var most = Count(begun, request => (request.Method, request.Route, request.Status));
        var lost = Count(unheard, request => (request.Method, request.Route));

        foreach (var (key, number) in least)
        {
            if (counted.GetValueOrDefault(key) < number)
                yield return Said($"{Of(who, key)} {counted.GetValueOrDefault(key)} and {number} had been answered");
        }

        foreach (var route in counted.GroupBy(pair => (pair.Key.Method, pair.Key.Route)))
        {
            // What exceeds the answers of each series has to be found among the requests without one, and each of them only once.
            var excess = route.Sum(pair => Math.Max(0, pair.Value - most.GetValueOrDefault(pair.Key)));
            if (excess > lost.GetValueOrDefault(route.Key))
            {
                var (key, number) = route.MaxBy(pair => pair.Value - most.GetValueOrDefault(pair.Key));
                yield return Said($"{Of(who, key)} {number} and {most.GetValueOrDefault(key)} had been answered, with {lost.GetValueOrDefault(route.Key)} of the route unheard of");
            }
        }
    }

    private static Dictionary<TKey, int> Count<TKey>(IEnumerable<Request> requests, Func<Request, TKey> key)
        where TKey : notnull => requests.GroupBy(key).ToDictionary(group => group.Key, group => group.Count());

    private static string Of(string who, (string Method, string Route, int Status) series) =>
        $"{who}: http_requests_total of {series.Method} {series.Route} {series.Status.ToString(CultureInfo.InvariantCulture)} is";

    private static string Said(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the client knows of some routes.</summary>
    /// <param name="Answered">The requests that a host has answered.</param>
    /// <param name="Unheard">The requests of which the client does not know what a host made of them.</param>
    private sealed record Client(IReadOnlyList<Request> Answered, IReadOnlyList<Request> Unheard)
    {
        private static readonly int[] OfBalancers = [502, 503, 504];

        /// <param name="journal">The client's journal.</param>
        /// <param name="path">The path of the routes; null for all of them.</param>
        /// <param name="isBalanced">Whether a balancer may have answered in the place of a host.</param>
        public static Client Of(Journal journal, string? path, bool isBalanced)
        {
            var requests = journal.Requests.Where(request => path is null || request.Route == path || request.Route.StartsWith($"{path}/", StringComparison.Ordinal))
                .ToLookup(request => request.IsAnswered && !(isBalanced && OfBalancers.Contains(request.Status)));
            return new([.. requests[true]], [.. requests[false]]);
        }
    }
}
