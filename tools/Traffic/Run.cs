using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace ECommerce.Traffic;

/// <summary>
/// One run: customers arrive as planned, whatever becomes of those before them (an open model). Too many inside, and who comes is turned
/// away and counted. In the end, or on Ctrl-C, everybody leaves, and what happened is the report.
/// </summary>
internal sealed class Run : IDisposable
{
    // Whoever is inside when the arrivals end may finish the journey, and whoever waits for an answer when all have to leave may hear it.
    private static readonly TimeSpan Closing = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LastAnswers = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _leaving = new();
    private readonly CancellationTokenSource _cut = new();
    private readonly DateTimeOffset _startedAt = TimeProvider.System.GetUtcNow();
    private readonly List<Customer> _customers = [];
    private int _inside;

    private Run(Settings settings, Journal journal)
    {
        (Settings, Shop, CustomerLedger) = (settings, new(settings.Shop, journal), new(journal));
        (Leaving, Cut) = (_leaving.Token, _cut.Token);
        Admin = settings.Admin is { } admin ? new(admin.Email, admin.Password) : null;
    }

    public Settings Settings { get; }

    public Shop Shop { get; }

    public Measurements Measurements { get; } = new();

    public CustomerLedger CustomerLedger { get; }

    public Shortages Shortages { get; } = new();

    public Catalogue Catalogue { get; private set; } = new([], []);

    public IReadOnlyList<Customer> Customers => _customers;

    public Customer? Admin { get; }

    /// <summary>Ends pauses: nobody begins another step.</summary>
    public CancellationToken Leaving { get; }

    /// <summary>Ends requests, whose outcome then nobody knows.</summary>
    public CancellationToken Cut { get; }

    public int Inside => Volatile.Read(ref _inside);

    /// <exception cref="NoShopException">It does not answer, or not as a shop.</exception>
    public static async Task<Report> GoAsync(Settings settings, Journal journal, IAnsiConsole console, CancellationToken closing)
    {
        using var run = new Run(settings, journal);
        using var close = closing.Register(run._leaving.Cancel);
        try
        {
            await run.PrepareAsync();
        }
        catch (OperationCanceledException)
        {
            return run.Report(TimeSpan.Zero);
        }

        var started = Stopwatch.GetTimestamp();
        console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Customers come to {settings.Shop} for {settings.For.TotalSeconds} s, {settings.Rate} a second, seed {settings.Seed}. Ctrl-C ends it with a summary."));
        if (run.Catalogue.Categories.Count == 0)
            console.WriteLine("The catalogue is empty: nobody will buy anything.");
        await Progress.ShowAsync(run, console, run.ServeAsync(started));
        return run.Report(Stopwatch.GetElapsedTime(started));
    }

    public void Dispose()
    {
        Shop.Dispose();
        _leaving.Dispose();
        _cut.Dispose();
    }

    public Report Report(TimeSpan elapsed) => Traffic.Report.Of(Settings, _startedAt, elapsed, Measurements.Take(), CustomerLedger.Take());

    /// <summary>Looks into the catalogue and lets customers register. It is counted, and not timed: nobody waits for it.</summary>
    private async Task PrepareAsync()
    {
        Measurements.IsTiming = false;
        var first = new Visitor(this, Settings.Seed, due: 0);
        try
        {
            var page = await first.GetAsync("ListProducts", "/api/products?limit=100");
            if (!page.IsOk || !page.Body.TryGetProperty("items", out var items) || items.ValueKind is not JsonValueKind.Array)
                throw new NoShopException($"What answers at {Settings.Shop} is not the shop: /api/products gave {page.Status} {page.Code}.");
            Catalogue = Catalogue.Of(Shelf.Read(page.Body));
            if (Admin is not null && !await first.LogInAsync(Admin))
                throw new NoShopException($"The shop at {Settings.Shop} does not let the administrator in: check --admin-email and TRAFFIC_ADMIN_PASSWORD.");

            while (_customers.Count < Settings.Customers)
            {
                Leaving.ThrowIfCancellationRequested();
                if (await first.RegisterAsync() is not { } customer || !await first.LogInAsync(customer))
                    throw new NoShopException($"The shop at {Settings.Shop} does not take new customers.");
                _customers.Add(customer);
            }
        }
        catch (GaveUpException e)
        {
            throw new NoShopException(e.Answer.Status == 0
                ? $"There is no shop at {Settings.Shop}: {e.Answer.Code}. Start one with 'make run', or name another with --shop."
                : $"The shop at {Settings.Shop} is not well: it answers {e.Answer.Status} {e.Answer.Code}.");
        }
        finally
        {
            Measurements.IsTiming = true;
        }
    }

    private async Task ServeAsync(long started)
    {
        var visits = new List<Task>();
        try
        {
            var plan = Plan.Of(Settings.Seed, Settings.Rate, Settings.Mix, Admin is not null);
            foreach (var visit in plan.Take(Settings.Count).TakeWhile(visit => visit.At < Settings.For))
            {
                if (visit.At - Stopwatch.GetElapsedTime(started) is { Ticks: > 0 } pause)
                    await Task.Delay(pause, Leaving);
                visits.RemoveAll(finished => finished.IsCompletedSuccessfully);
                if (visits.Find(finished => finished.IsFaulted) is { } broken)
                    await broken;

                var isLetIn = Inside < Settings.InFlight;
                Measurements.Arrived(visit.Journey.Name, isLetIn);
                if (isLetIn)
                    visits.Add(WalkAsync(visit, started + (long)(visit.At.TotalSeconds * Stopwatch.Frequency)));
            }
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C: nobody else comes.
        }

        var everybody = Task.WhenAll(visits);
        await Task.WhenAny(everybody, LeavingOrLaterAsync(Closing));
        await _leaving.CancelAsync();
        await Task.WhenAny(everybody, Task.Delay(LastAnswers, CancellationToken.None));
        await _cut.CancelAsync();
        await everybody;
    }

    private async Task LeavingOrLaterAsync(TimeSpan later) => await Task.Delay(later, Leaving).ContinueWith(_ => { }, TaskScheduler.Default);

    private async Task WalkAsync(Visit visit, long due)
    {
        Interlocked.Increment(ref _inside);
        try
        {
            await visit.Journey.WalkAsync(new(this, visit.Seed, due));
            Measurements.Finished();
        }
        catch (GaveUpException)
        {
            Measurements.GaveUp();
        }
        catch (OperationCanceledException) when (Leaving.IsCancellationRequested)
        {
            Measurements.LeftEarly();
        }
        finally
        {
            Interlocked.Decrement(ref _inside);
        }
    }
}
