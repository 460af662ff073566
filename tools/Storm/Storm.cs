using System.Diagnostics;
using System.Globalization;
using ECommerce.Testing;
using ECommerce.Traffic;
using Spectre.Console;

namespace ECommerce.Storm;

/// <summary>
/// A storm: customers send load while disruptions are injected. The shop must recover by itself from each before the next one. At the end
/// the customers stop, and the audit runs.
/// </summary>
internal sealed class Storm : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan ScrapeInterval = TimeSpan.FromSeconds(1);

    // A request is counted a moment after it is answered; the last scrape shall know of all.
    private static readonly TimeSpan LastRequests = TimeSpan.FromSeconds(2);

    private readonly Settings _settings;
    private readonly IAnsiConsole _console;
    private readonly StormEnvironment _place;
    private readonly Traffic.Journal _journal;
    private readonly Probe _probe;
    private readonly SeededRandom _dice;
    private readonly List<DisruptionOutcome> _happened = [];

    private Storm(Settings settings, IAnsiConsole console, StormEnvironment place)
    {
        (_settings, _console, _place, _dice) = (settings, console, place, new(settings.Seed));
        _journal = Traffic.Journal.Open(place.Journal, "probe");
        _probe = new(place.Shop, _journal);
    }

    /// <exception cref="StormException">It failed itself.</exception>
    public static async Task<Report> RunAsync(Settings settings, IAnsiConsole console, CancellationToken ct)
    {
        console.WriteLine("A shop starts, with a PostgreSQL of its own. Ctrl-C ends both.");
        await using var place = await StormEnvironment.OpenAsync(settings.Keep, ct);
        await using var storm = new Storm(settings, console, place);
        return await storm.RunAsync(ct);
    }

    public ValueTask DisposeAsync()
    {
        _probe.Dispose();
        _journal.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task<Report> RunAsync(CancellationToken ct)
    {
        var startedAt = TimeProvider.System.GetUtcNow();
        _place.Hosts.Start();
        if (!await UntilAsync(() => _place.Hosts.IsReadyAsync(ct), Patience, ct))
            throw new StormException("The host was not ready in time.");
        await _probe.PrepareAsync(ct);

        using var scraping = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var scrapes = ScrapeAsync(scraping.Token);
        using var delivering = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var deliveries = _probe.DeliverAsync(delivering.Token);
        await using (var customers = StartCustomers())
        {
            // Until the first arrives they only prepare themselves, and may give up.
            if (!await UntilAsync(() => Task.FromResult(customers.HasExited || customers.Written.Contains("Customers come", StringComparison.Ordinal)), Patience, ct))
                throw new StormException("The customers did not come in time.");
            Say($"Customers come. Troubles come for {_settings.For.TotalMinutes:0.##} minutes, and each at least once; then everything is audited.");
            await InjectAsync(customers, ct);
            await customers.SignalAsync("TERM");
            if (await customers.WaitForExitAsync(ct) != 0)
                throw new StormException($"The customers have failed.\n{customers.Written}");
        }

        Say($"The customers have left; the audit begins.");
        await delivering.CancelAsync();
        await deliveries;
        await Task.Delay(LastRequests, ct);
        await scraping.CancelAsync();
        await scrapes;
        await _place.Hosts.ScrapeAsync(ct);
        return new(_settings.Seed, _settings.For, _settings.Rate, startedAt, (TimeProvider.System.GetUtcNow() - startedAt).TotalSeconds, _happened, await AuditAsync(ct));
    }

    private async Task InjectAsync(ChildProcess customers, CancellationToken ct)
    {
        var coming = Kinds();
        var bag = new List<Disruption>();
        // At least once each: what takes longer than was asked for is the machine's doing.
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < _settings.For || _happened.Count < coming.Count;)
        {
            await Task.Delay(_dice.Exponential(_settings.Pause), ct);
            if (bag.Count == 0)
                bag.AddRange(coming); // each once, in an order of chance, before any comes again
            var trouble = _dice.Pick(bag);
            bag.Remove(trouble);

            var at = Stopwatch.GetElapsedTime(started);
            var happened = await InjectAsync(trouble, ct);
            _happened.Add(happened);
            _place.StormJournal.Write(happened);
            Say($"{at:mm\\:ss} {happened.Kind}: {Told(happened)}");
            if (customers.HasExited)
                throw new StormException($"The customers have left.\n{customers.Written}");
            if (happened.CaughtUp is null)
                return; // what comes now would prove nothing
        }
    }

    private async Task<DisruptionOutcome> InjectAsync(Disruption trouble, CancellationToken ct)
    {
        var began = TimeProvider.System.GetUtcNow();
        await trouble.InjectAsync(_place, _dice, ct);
        var ended = TimeProvider.System.GetUtcNow();

        DateTimeOffset? serves = await UntilAsync(async () => await _place.Hosts.IsReadyAsync(ct) && await _probe.IsServedAsync(ct), Patience, ct)
            ? TimeProvider.System.GetUtcNow() : null;
        DateTimeOffset? caughtUp = serves is not null && await UntilAsync(() => _place.Server.HasDeliveredAsync(ended, ct), Patience, ct)
            ? TimeProvider.System.GetUtcNow() : null;
        return new(trouble.Name, began, ended, serves, caughtUp);
    }

    private List<Disruption> Kinds()
    {
        var kinds = Disruption.All.Where(kind => _settings.Kinds.Count == 0 || _settings.Kinds.Contains(kind.Name)).ToList();
        if (!_place.Disk.CanBeFilled && kinds.Remove(Disruption.DiskFull))
            Say($"{Disruption.DiskFull.Name} is left out: a disk to be filled has to be mounted, which needs root on Linux.");
        return kinds.Count > 0 ? kinds : throw new StormException("No trouble is left to come.");
    }

    private ChildProcess StartCustomers() => Start("ECommerce.Traffic",
        ["--shop", _place.Shop.ToString(), "--seed", Text($"{_settings.Seed}"), "--rate", Text($"{_settings.Rate}"), "--for", "1440m", "--think", "300ms",
            "--mix", "browse=20,buy=50,look-back=12,change-mind=10,join=4,restock=4", "--in-flight", "100", "--journal", _place.Journal.FullName],
        ("TRAFFIC_ADMIN_EMAIL", Hosts.AdminEmail), ("TRAFFIC_ADMIN_PASSWORD", Hosts.AdminPassword));

    // Out of reach of the terminal's Ctrl-C: the storm ends them. What others on this machine need not read is in the environment.
    private static ChildProcess Start(string program, string[] arguments, params (string Name, string? Value)[] environment)
    {
        string[] group = OperatingSystem.IsLinux() ? ["setsid"] : [];
        return ChildProcess.Start([.. group, "dotnet", Path.Combine(AppContext.BaseDirectory, $"{program}.dll"), .. arguments], null, environment);
    }

    private async Task ScrapeAsync(CancellationToken ct)
    {
        try
        {
            for (; ; await Task.Delay(ScrapeInterval, ct))
                await _place.Hosts.ScrapeAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // The storm is over.
        }
    }

    private async Task<Audited> AuditAsync(CancellationToken ct)
    {
        await using var audit = Start("ECommerce.Audit", ["--journal", _place.Journal.FullName], ("AUDIT_DATABASE", _place.Server.ConnectionString));
        var exitCode = await audit.WaitForExitAsync(ct);
        return new(exitCode, audit.Written.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
    }

    private static async Task<bool> UntilAsync(Func<Task<bool>> condition, TimeSpan patience, CancellationToken ct)
    {
        for (var started = Stopwatch.GetTimestamp(); !await condition(); await Task.Delay(Look, ct))
        {
            if (Stopwatch.GetElapsedTime(started) > patience)
                return false;
        }

        return true;
    }

    private static string Told(DisruptionOutcome happened) => happened switch
    {
        { Serves: null } => Text($"does not serve again within {Patience.TotalSeconds} s"),
        { CaughtUp: null } => Text($"has not delivered its events within {Patience.TotalSeconds} s"),
        { Serves: { } serves, CaughtUp: { } caughtUp } =>
            Text($"serves again after {(serves - happened.Ended).TotalSeconds:0.0} s, has caught up after {(caughtUp - happened.Ended).TotalSeconds:0.0} s"),
    };

    private void Say(FormattableString sentence) => _console.WriteLine(Text(sentence));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
