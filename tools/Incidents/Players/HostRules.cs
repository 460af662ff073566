using ECommerce.Incidents.Model;

namespace ECommerce.Incidents.Players;

/// <summary>The rules that compare the host's metrics of now with those of before.</summary>
internal sealed class HostRules(Comparison pages, DateTimeOffset before, DateTimeOffset until, DateTimeOffset from, DateTimeOffset to)
{
    private const string Durations = "command_duration_seconds";
    private const string Statements = "database_query_duration_seconds";
    private const double SlowerTimes = 2.5;
    private const double SlowerSeconds = 0.025;
    private const double MoreStatements = 1.35;
    private const double LeakBytes = 400_000; // a second, in the heap of large objects, where the shop has next to nothing

    /// <summary>What a new version did, if it did anything.</summary>
    /// <param name="group">Finds the group of customers whose calls of a slice fail.</param>
    public async Task<Suspicion?> ReleaseAsync(Func<string, Task<string?>> group)
    {
        string[] cure = ["rollback"];
        if (Failing() is { } failing)
        {
            return await group(failing.Command) is { } letter
                ? new(PlaceOf(failing), Mechanisms.WrongRelease, Scopes.Group, letter, cure)
                : new(PlaceOf(failing), Mechanisms.WrongRelease, Scopes.Module, failing.Module, cure);
        }

        var slow = Slowest();
        var place = slow is { } slice ? PlaceOf(slice) : ShopMap.Host;
        // Which slice it is, only a profile of allocations says.
        if (slow is null && pages.Growth(from, to, "dotnet_gc_last_collection_heap_size_bytes", "loh") > LeakBytes)
            return new("products", Mechanisms.MemoryLeak, Scopes.Nobody, null, cure);
        if (IsManyTimes("dotnet_gc_pause_time_seconds_total", 4, 0.02))
            return new(place, Mechanisms.GarbageCollection, Scopes.All, null, cure);
        if (pages.Mean(from, to, "thread_pool_delay_seconds") > 0.1)
            return new(place, Mechanisms.ThreadStarvation, Scopes.All, null, cure);
        if (ManyStatements() is { } many)
            return new(PlaceOf(many), Mechanisms.ManyStatements, Scopes.Module, many.Module, cure);
        return slow is { } one ? new(PlaceOf(one), Mechanisms.SlowRelease, Scopes.Module, one.Module, cure) : null;
    }

    /// <summary>What a program beside the host does to it.</summary>
    /// <param name="isBusy">Whether the program takes a processor.</param>
    /// <param name="isPaused">Whether the host was seen stopped.</param>
    /// <param name="cures">The commands that end the programs.</param>
    public Suspicion Neighbour(bool isBusy, bool isPaused, string[][] cures)
    {
        if (isBusy)
            return new(ShopMap.Processor, Mechanisms.ProcessorContention, Scopes.All, null, cures);
        if (isPaused)
            return new(ShopMap.Host, Mechanisms.HostPaused, Scopes.All, null, cures);
        if (pages.Increase(from, to, "database_circuit_openings_total", "silent") > 0)
            return new(ShopMap.DatabaseNetwork, Mechanisms.BlackHole, Scopes.All, null, cures);
        return IsSlower(pages.Mean(before, until, Statements), pages.Mean(from, to, Statements), 2, 0.004)
            ? new(ShopMap.DatabaseNetwork, Mechanisms.NetworkLatency, Scopes.All, null, cures)
            : new(ShopMap.DatabaseNetwork, Mechanisms.ConnectionsCut, Scopes.All, null, cures);
    }

    /// <summary>What one client does that sends much.</summary>
    public Suspicion Client(string address)
    {
        string[] cure = ["block", address];
        var logins = pages.Increase(from, to, "auth_attempts_total");
        if (logins > pages.Increase(from, to, $"{Durations}_count", "command=\"ListProducts\""))
        {
            return pages.Increase(from, to, "auth_attempts_total", "outcome=\"rejected\"") > logins / 2
                ? new("users/Login", Mechanisms.PasswordGuessing, Scopes.Client, address, cure)
                : new("users/Login", Mechanisms.RetryStorm, Scopes.Client, address, cure);
        }

        return logins > pages.Increase(before, until, "auth_attempts_total") + 20
            ? new("users/Login", Mechanisms.RetryStorm, Scopes.Client, address, cure)
            : new("products/ListProducts", Mechanisms.Scraper, Scopes.Client, address, cure);
    }

    /// <summary>What a changed setting means.</summary>
    public static Suspicion? Setting(string name)
    {
        string[] cure = ["restart", "--unset", name];
        if (name.Contains("Pool", StringComparison.Ordinal))
            return new(ShopMap.DatabaseConnections, Mechanisms.PoolTooSmall, Scopes.All, null, cure);
        if (name.Contains("Timeout", StringComparison.Ordinal))
            return new(ShopMap.Limits, Mechanisms.TimeoutTooShort, Scopes.All, null, cure);
        return name.StartsWith("Limits__", StringComparison.Ordinal) || name.StartsWith("Passwords__", StringComparison.Ordinal)
            ? new(ShopMap.Limits, Mechanisms.LimitTooLow, Scopes.All, null, cure)
            : null;
    }

    /// <summary>More customers, of whom none sends more than others.</summary>
    public Suspicion? Load()
    {
        var (usual, now) = (Rate(before, until), Rate(from, to));
        return usual > 0 && now > usual * 2
            ? new(ShopMap.Customers, Mechanisms.FlashSale, Scopes.All, null, ["restart", "--set", "Database__MaxPoolSize=20", "--set", "Limits__ConcurrencyPerClient=1000", "--set", "Limits__Concurrency=1000"])
            : null;
    }

    private double Rate(DateTimeOffset first, DateTimeOffset last) => pages.Increase(first, last, "http_requests_total") / Math.Max(1, (last - first).TotalSeconds);

    private (string Module, string Command)? Failing() => pages.Commands
        .Select(slice => (slice, Failures: pages.Increase(from, to, $"{Durations}_count", Part(slice), "outcome=\"failed\"")))
        .Where(one => one.Failures >= 1).OrderByDescending(one => one.Failures).Select(one => ((string, string)?)one.slice).FirstOrDefault();

    // The one that costs customers most time: some commands are slow now and then, since a payment provider is.
    private (string Module, string Command)? Slowest() => pages.Commands
        .Select(slice => (slice, Was: pages.Mean(before, until, Durations, Part(slice)), Is: pages.Mean(from, to, Durations, Part(slice))))
        .Where(one => IsSlower(one.Was, one.Is, SlowerTimes, SlowerSeconds))
        .OrderByDescending(one => (one.Is - one.Was) * pages.Increase(from, to, $"{Durations}_count", Part(one.slice)))
        .Select(one => ((string, string)?)one.slice).FirstOrDefault();

    // More statements for each command of a module; the slice is the one that has become slower by the largest factor.
    private (string Module, string Command)? ManyStatements()
    {
        foreach (var module in ShopMap.ModuleNames)
        {
            double? Ratio(DateTimeOffset first, DateTimeOffset last) => pages.Increase(first, last, $"{Durations}_count", $"module=\"{module}\"") is > 20 and var commands
                ? pages.Increase(first, last, $"{Statements}_count", $"module=\"{module}\"") / commands
                : null;
            if (Ratio(before, until) is { } was && Ratio(from, to) is { } now && now > was * MoreStatements)
            {
                return pages.Commands.Where(one => one.Module == module)
                    .Select(one => (one, Times: pages.Mean(from, to, Durations, Part(one)) / pages.Mean(before, until, Durations, Part(one))))
                    .OrderByDescending(one => one.Times ?? 0).First().one;
            }
        }

        return null;
    }

    private bool IsManyTimes(string counter, double times, double least)
    {
        double Rate(DateTimeOffset first, DateTimeOffset last) => pages.Increase(first, last, counter) / Math.Max(1, (last - first).TotalSeconds);
        return Rate(from, to) is var now && now > least && now > Rate(before, until) * times;
    }

    private static bool IsSlower(double? was, double? now, double times, double by) => was is not null && now is not null && now > was * times && now > was + by;

    private static string Part((string Module, string Command) slice) => $"module=\"{slice.Module}\",command=\"{slice.Command}\"";

    private static string PlaceOf((string Module, string Command) slice) => $"{slice.Module}/{slice.Command}";
}
