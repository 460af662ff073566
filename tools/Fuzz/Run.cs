using System.Diagnostics;
using System.Globalization;
using ECommerce.Fuzz.Judging;
using ECommerce.Fuzz.Requests;
using ECommerce.Fuzz.Wire;
using Spectre.Console;

namespace ECommerce.Fuzz;

/// <summary>One run: a shop, so many callers, the requests of so many numbers, and what was wrong with the answers.</summary>
internal sealed class Run(Settings settings, Target target, IAnsiConsole console)
{
    // The shop gives a request up after ten seconds; who has heard nothing five seconds later is left hanging.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan CountsSettle = TimeSpan.FromSeconds(20);

    private readonly Tally _tally = new();
    private Requests.Requests _requests = null!;
    private Rules _rules = null!;
    private World _world = null!;
    private int _next;

    /// <exception cref="NotAShopException">There is nothing to send to, or it lets nobody in.</exception>
    public async Task<Report> GoAsync(CancellationToken closing)
    {
        var before = target.Management is { } management ? await Scrape.OfAsync(management) : null;
        using var preparation = new Preparation(settings, target, _tally);
        await preparation.PrepareAsync(closing);
        _world = preparation.World;
        _rules = new(preparation.Description, preparation.Statuses);
        _requests = new(settings.Seed, preparation.Description, _world, preparation.Operators);

        var (startedAt, started) = (TimeProvider.System.GetUtcNow(), Stopwatch.GetTimestamp());
        _next = settings.Only ?? 1;
        var last = settings.Only ?? settings.Requests;
        await ShowAsync(Task.WhenAll(Enumerable.Range(0, settings.Only is null ? settings.Concurrency : 1).Select(_ => CallAsync(last, closing))), started);

        var elapsed = Stopwatch.GetElapsedTime(started);
        var after = target.Management is null ? null : await SettleAsync(target.Management, before!);
        target.ReadLog();
        foreach (var breach in target.Log?.Breaches ?? [])
            Find(breach, "(log)");
        return Report.Of(settings, target.Address, startedAt, elapsed, _tally.Take(), preparation.Description, before, after, target.Log);
    }

    private async Task CallAsync(int last, CancellationToken closing)
    {
        using var line = new Line(target.Address, Patience);
        using var operators = target.ManagementAddress is { } management ? new Line(management, Patience) : null;
        for (int number; (number = Interlocked.Increment(ref _next) - 1) <= last && !closing.IsCancellationRequested;)
        {
            var (draft, kind) = _requests.Of(number);
            var bytes = draft.Write((draft.IsForOperators ? target.ManagementAddress! : target.Address).Authority);
            var answer = await (draft.IsForOperators ? operators! : line).SendAsync(bytes, draft.Method == "HEAD", draft.IsLast, draft.HalfClose, CancellationToken.None);
            _tally.Shop(answer, !draft.IsForOperators && !draft.Operation.IsProbe, draft.HalfClose);
            _tally.Answer(draft, kind, answer);
            _world.Learn(draft, answer);
            foreach (var breach in _rules.Look(draft, answer))
            {
                _tally.Finding(new(breach.Rule, draft.Operation.Id, breach.What, settings.Seed, number, draft.Bent,
                    Shown.Request(draft, bytes, target, settings), Shown.Answer(answer)));
            }

            if (settings.Only is not null)
                console.WriteLine($"{Shown.Request(draft, bytes, target, settings)}\n\n{draft.Bent}\n\n{Shown.Answer(answer)}");
        }
    }

    private async Task ShowAsync(Task calling, long started)
    {
        for (var before = 0; await Task.WhenAny(calling, Task.Delay(BetweenLines)) != calling;)
        {
            target.ReadLog();
            var sent = _tally.Requests;
            console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{Stopwatch.GetElapsedTime(started).TotalSeconds:0} s: {sent} of {settings.Requests} sent, {(sent - before) / BetweenLines.TotalSeconds:0} requests/s, {_tally.Findings} findings"));
            before = sent;
        }

        await calling;
    }

    // A request is counted when its answer is complete, which its caller may know first.
    private async Task<Scrape> SettleAsync(HttpClient management, Scrape before)
    {
        var figures = _tally.Take();
        for (var started = Stopwatch.GetTimestamp(); ; await Task.Delay(TimeSpan.FromMilliseconds(100)))
        {
            var after = await Scrape.OfAsync(management);
            Breach[] breaches = [.. after.Look(), .. after.Compare(before, figures.Counted, figures.HungUp)];
            if (breaches.Length > 0 && Stopwatch.GetElapsedTime(started) < CountsSettle)
                continue;
            foreach (var breach in breaches)
                Find(breach, "(metrics)");
            return after;
        }
    }

    private void Find(Breach breach, string where) => _tally.Finding(new(breach.Rule, where, breach.What, settings.Seed, 0, "", "", ""));
}
