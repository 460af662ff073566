using System.Globalization;

namespace ECommerce.Audit;

/// <summary>
/// Compares the shop's request counters with the client's journal. The client is the only caller of <c>/api</c>. For each scrape of each
/// host and each series: answers completed before the scrape began ≤ counted ≤ requests begun before it ended that may have been counted in
/// it. A request without an answer may have been counted under any status, or not at all.
/// </summary>
internal static class Reconciliation
{
    // A request is counted after its response is complete, by a thread that may have to wait for the processor.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private const string Ours = "/api/";

    public static IEnumerable<string> Findings(Journal journal)
    {
        foreach (var (index, life) in journal.Lives.Index())
        {
            var until = index + 1 < journal.Lives.Count ? journal.Lives[index + 1].Started : DateTimeOffset.MaxValue;
            // An answer can only come from the host that lived when it came; without one, any whom the request has met may have counted it.
            Request[] answered = [.. journal.Requests.Where(request => request.IsAnswered && request.Ended >= life.Started && request.Ended < until)];
            Request[] unheard = [.. journal.Requests.Where(request => !request.IsAnswered && request.Ended >= life.Started && request.Started < (life.Ended ?? until))];
            foreach (var scrape in journal.Scrapes.Where(scrape => scrape.Life == life.Number))
            {
                if (Compare(life, scrape, answered, unheard).ToArray() is { Length: > 0 } wrongs)
                {
                    foreach (var wrong in wrongs)
                        yield return wrong;
                    break; // a counter that is wrong stays wrong: its first scrape says it all
                }
            }
        }
    }

    private static IEnumerable<string> Compare(Life life, Scrape scrape, IReadOnlyList<Request> answered, IReadOnlyList<Request> unheard)
    {
        var counted = scrape.Series.Where(series => series.Route.StartsWith(Ours, StringComparison.Ordinal))
            .ToDictionary(series => (series.Method, series.Route, series.Status), series => series.Count);
        var complete = answered.Where(request => request.Ended < scrape.Began - Grace)
            .GroupBy(request => (request.Method, request.Route, request.Status)).ToDictionary(group => group.Key, group => group.Count());
        var begun = answered.Where(request => request.Started < scrape.Ended)
            .GroupBy(request => (request.Method, request.Route, request.Status)).ToDictionary(group => group.Key, group => group.Count());
        var lost = unheard.Where(request => request.Started < scrape.Ended)
            .GroupBy(request => (request.Method, request.Route)).ToDictionary(group => group.Key, group => group.Count());

        foreach (var (series, least) in complete)
        {
            if (counted.GetValueOrDefault(series) < least)
                yield return Said($"{Of(life, scrape, series)} {counted.GetValueOrDefault(series)} and {least} had been answered");
        }

        foreach (var route in counted.GroupBy(series => (series.Key.Method, series.Key.Route)))
        {
            // What exceeds the answers of each series has to be found among the requests without one, and each of them only once.
            var excess = route.Sum(series => Math.Max(0, series.Value - begun.GetValueOrDefault(series.Key)));
            if (excess > lost.GetValueOrDefault(route.Key))
            {
                var series = route.MaxBy(series => series.Value - begun.GetValueOrDefault(series.Key));
                yield return Said($"{Of(life, scrape, series.Key)} {series.Value} and {begun.GetValueOrDefault(series.Key)} had been answered, with {lost.GetValueOrDefault(route.Key)} of the route unheard of");
            }
        }
    }

    private static string Of(Life life, Scrape scrape, (string Method, string Route, int Status) series) =>
        Said($"host {life.Number} at {scrape.Began:HH:mm:ss}: http_requests_total of {series.Method} {series.Route} {series.Status} is");

    private static string Said(FormattableString sentence) => sentence.ToString(CultureInfo.InvariantCulture);
}
