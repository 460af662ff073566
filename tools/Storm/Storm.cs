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
    private readonly StormFolder _folder;
    private readonly IStormShop _shop;
    private readonly Traffic.Journal _journal;
    private readonly Probe _probe;
    private readonly SeededRandom _dice;
    private readonly List<DisruptionOutcome> _happened = [];

    private Storm(Settings settings, IAnsiConsole console, StormFolder folder, IStormShop shop)
    {
        (_settings, _console, _folder, _shop, _dice) = (settings, console, folder, shop, new(settings.Seed));
        _journal = Traffic.Journal.Open(folder.Journal, "probe");
        _probe = new(shop.Address, _journal);
    }

    /// <exception cref="StormException">It failed itself.</exception>
    public static async Task<Report> RunAsync(Settings settings, IAnsiConsole console, CancellationToken ct)
    {
        console.WriteLine($"A shop starts in the topology {settings.Topology.Name}, with servers of its own. Ctrl-C ends everything.");
        await using var folder = new StormFolder(settings.Keep);
        await using var shop = await settings.Topology.OpenAsync(folder, settings, ct);
        await using var storm = new Storm(settings, console, folder, shop);
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
        await _shop.StartAsync(ct);
        if (!await UntilAsync(() => _shop.IsReadyAsync(ct), Patience, ct))
            throw new StormException("The shop was not ready in time.");
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
        await _shop.ScrapeAsync(ct);
        var audited = await AuditAsync(ct);
        return Report.Of(_settings, startedAt, _happened, FailedRequests.Read(_folder.Journal, _happened), audited);
    }

    private async Task InjectAsync(ChildProcess customers, CancellationToken ct)
    {
        var coming = Kinds();
        // At least once each: what takes longer than was asked for is the machine's doing. An upgrade goes there and back.
        var least = _settings.Upgrade is null ? coming.Count : 2;
        var bag = new List<Disruption>();
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < _settings.For || _happened.Count < least;)
        {
            await Task.Delay(_dice.Exponential(_settings.Pause), ct);
            if (bag.Count == 0)
                bag.AddRange(coming); // each once, in an order of chance, before any comes again
            var trouble = _dice.Pick(bag);
            bag.Remove(trouble);

            var at = Stopwatch.GetElapsedTime(started);
            var happened = await InjectAsync(trouble, ct);
            _happened.Add(happened);
            _folder.StormJournal.Write(happened);
            Say($"{at:mm\\:ss} {happened.Kind}{(happened.Detail is { } detail ? $" ({detail})" : "")}: {Told(happened)}");
            if (customers.HasExited)
                throw new StormException($"The customers have left.\n{customers.Written}");
            if (happened.CaughtUp is null)
                return; // what comes now would prove nothing
        }
    }

    private async Task<DisruptionOutcome> InjectAsync(Disruption trouble, CancellationToken ct)
    {
        var began = TimeProvider.System.GetUtcNow();
        var detail = await trouble.InjectAsync(_dice, ct);
        var ended = TimeProvider.System.GetUtcNow();

        DateTimeOffset? serves = await UntilAsync(async () => await _shop.IsReadyAsync(ct) && await _probe.IsServedAsync(ct), Patience, ct)
            ? TimeProvider.System.GetUtcNow() : null;
        DateTimeOffset? caughtUp = serves is not null && await UntilAsync(() => _shop.HasDeliveredAsync(ended, ct), Patience, ct)
            ? TimeProvider.System.GetUtcNow() : null;
        return new(trouble.Name, detail, trouble.IsSeamless, began, ended, serves, caughtUp);
    }

    private List<Disruption> Kinds()
    {
        var kinds = _shop.Disruptions.Where(kind => _settings.Kinds.Count == 0 || _settings.Kinds.Contains(kind.Name)).ToList();
        if (_settings.Topology.Kinds.Contains(DisruptionNames.DiskFull) && _shop.Disruptions.All(kind => kind.Name != DisruptionNames.DiskFull))
            Say($"{DisruptionNames.DiskFull} is left out: a disk to be filled has to be mounted, which needs root on Linux.");
        return kinds.Count > 0 ? kinds : throw new StormException("No trouble is left to come.");
    }

    private ChildProcess StartCustomers() => Start("ECommerce.Traffic",
        ["--shop", _shop.Address.ToString(), "--seed", Text($"{_settings.Seed}"), "--rate", Text($"{_settings.Rate}"), "--for", "1440m", "--think", "300ms",
            "--mix", "browse=20,buy=50,look-back=12,change-mind=10,join=4,restock=4", "--in-flight", "100", "--journal", _folder.Journal.FullName],
        ("TRAFFIC_ADMIN_EMAIL", HostSettings.AdminEmail), ("TRAFFIC_ADMIN_PASSWORD", HostSettings.AdminPassword));

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
                await _shop.ScrapeAsync(ct);
        }
        catch (OperationCanceledException)
        {
            // The storm is over.
        }
    }

    private async Task<Audited> AuditAsync(CancellationToken ct)
    {
        await using var audit = Start("ECommerce.Audit", ["--journal", _folder.Journal.FullName], ("AUDIT_DATABASE", await _shop.OpenBooksAsync(ct)));
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
