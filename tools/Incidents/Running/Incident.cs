using System.Diagnostics;
using ECommerce.Incidents.Causes;
using ECommerce.Incidents.Judging;
using ECommerce.Incidents.Model;
using ECommerce.Incidents.Operating;
using ECommerce.Incidents.Planning;
using ECommerce.Incidents.Players;
using ECommerce.Incidents.Watching;
using ECommerce.Testing;
using Npgsql;

namespace ECommerce.Incidents.Running;

/// <summary>Runs an incident from its plan to its score.</summary>
internal sealed class Incident : IAsyncDisposable
{
    private const double Rate = 6;
    private static readonly TimeSpan ArrivalPatience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan SettleLook = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Unwinding = TimeSpan.FromSeconds(30);

    private readonly Plan _plan;
    private readonly Pace _pace;
    private readonly Arena _arena;
    private readonly OperatorDesk _desk;
    private readonly CancellationTokenSource _closing;
    private readonly Stack<IAsyncDisposable> _running = new();
    private readonly TaskCompletionSource<DateTimeOffset> _began = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ChildProcess _customers = null!;

    private Incident(Plan plan, Pace pace, Arena arena, CancellationToken ct)
    {
        (_plan, _pace, _arena, _desk) = (plan, pace, arena, new(arena));
        _closing = CancellationTokenSource.CreateLinkedTokenSource(ct);
    }

    /// <param name="plan">The truth.</param>
    /// <param name="pace">How long its parts take.</param>
    /// <param name="player">Whoever finds out.</param>
    /// <param name="opened">Told when the shop is open: where to look.</param>
    /// <param name="folder">The folder of the operator's socket.</param>
    /// <param name="ct">Ends the incident without a score.</param>
    /// <exception cref="IncidentException">The incident itself failed.</exception>
    public static async Task<Report> RunAsync(Plan plan, Pace pace, IPlayer player, Func<Stage, Task> opened, DirectoryInfo folder, CancellationToken ct)
    {
        try
        {
            await using var arena = await Arena.OpenAsync(plan.Seed, ct);
            await using var incident = new Incident(plan, pace, arena, ct);
            return await incident.RunAsync(player, opened, folder);
        }
        catch (Exception e) when (e is NpgsqlException or HttpRequestException or IOException or TimeoutException)
        {
            throw new IncidentException($"The incident failed: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await UnwindAsync();
        _closing.Dispose();
    }

    private async Task<Report> RunAsync(IPlayer player, Func<Stage, Task> opened, DirectoryInfo folder)
    {
        var ct = _closing.Token;
        foreach (var cause in _plan.Causes)
            await CauseList.Of(cause.Mechanism).PrepareAsync(_arena, cause, ct);
        await Decoys.PrepareAsync(_plan, _arena, ct);
        await LetCustomersInAsync(ct);
        await using var watch = new Watch(_arena.Management, _arena.ManagementKey);
        var stage = new Stage(_arena, _desk, watch, _pace, TimeProvider.System.GetUtcNow());
        await using var socket = new OperatorSocket(folder, _desk.DoAsync);
        await using var sessions = new OperatorSessions(_arena.Administrator);
        await opened(stage);

        var happening = Task.WhenAll([HappenAsync(stage.Started, ct), .. _plan.Decoys.Select(decoy => HappenAsync(decoy, stage.Started, ct))]);
        var playing = player.PlayAsync(stage, ct);
        // A cause that cannot begin ends the incident, rather than to leave a player without one.
        if (await Task.WhenAny(playing, happening) == happening)
            await happening;
        var answer = await playing;
        var answered = TimeProvider.System.GetUtcNow();
        var began = await _began.Task.WaitAsync(ct);
        var (isCured, broken, firing) = await SettleAsync(stage, began, answered, ct);
        string[] actions = [.. _desk.Actions, .. OperationsOf(watch), .. sessions.HasSeenOne ? ["SQL"] : Array.Empty<string>()];
        await LetCustomersGoAsync(ct);
        await UnwindAsync();
        var books = await Bookkeeping.AuditAsync(_arena, ct);
        var seen = new Observations(began, answered, isCured, broken.Count == 0, firing, books.Findings, books.OrdersLost, actions);
        return Report.Of(_plan, _pace, answer, seen, broken);
    }

    private async Task LetCustomersInAsync(CancellationToken ct)
    {
        _customers = _arena.StartEverydayCustomers(Rate);
        for (var started = Stopwatch.GetTimestamp(); !_customers.Written.Contains("Customers come", StringComparison.Ordinal); await Task.Delay(Look, ct))
        {
            if (_customers.HasExited || Stopwatch.GetElapsedTime(started) > ArrivalPatience)
                throw new IncidentException($"The customers did not come.\n{_customers.Written}");
        }
    }

    private async Task LetCustomersGoAsync(CancellationToken ct)
    {
        if (!_customers.HasExited)
            await _customers.SignalAsync("TERM");
        await _customers.WaitForExitAsync(ct);
    }

    private async Task HappenAsync(DateTimeOffset started, CancellationToken ct)
    {
        await UntilAsync(started + _plan.OnsetIn(_pace), ct);
        foreach (var cause in _plan.Causes)
        {
            var began = TimeProvider.System.GetUtcNow();
            _running.Push(await CauseList.Of(cause.Mechanism).BeginAsync(_arena, cause, ct));
            _began.TrySetResult(began);
        }

        _began.TrySetResult(TimeProvider.System.GetUtcNow());
    }

    private async Task HappenAsync(Decoy decoy, DateTimeOffset started, CancellationToken ct)
    {
        await UntilAsync(started + (_plan.OnsetIn(_pace) * decoy.At), ct);
        try
        {
            await Decoys.HappenAsync(decoy, _arena, ct);
        }
        catch (Exception e) when (e is HttpRequestException or NpgsqlException or IncidentException)
        {
            // What is wrong with the shop may be wrong for a decoy, too.
        }
    }

    /// <summary>Waits until the objectives were met, the alerts silent and the causes gone for the pace's time, or the patience has ended.</summary>
    private async Task<(bool IsCured, IReadOnlyList<string> Broken, IReadOnlyList<string> Firing)> SettleAsync(
        Stage stage, DateTimeOffset began, DateTimeOffset answered, CancellationToken ct)
    {
        var usual = stage.Watch.RateBetween(stage.Started, began);
        for (var lastFiring = DateTimeOffset.MinValue; ; await Task.Delay(SettleLook, ct))
        {
            var now = TimeProvider.System.GetUtcNow();
            var firing = await stage.Watch.FiringAsync(ct);
            lastFiring = firing.Count > 0 ? now : lastFiring;
            var broken = stage.Watch.BrokenBetween(now - _pace.Settled, now, usual);
            var isCured = await AreGoneAsync(ct);
            // Nothing may be hidden by the time before the cause.
            var isSettled = isCured && broken.Count == 0 && firing.Count == 0 && now - lastFiring > _pace.Settled && now - began > _pace.Settled;
            if (isSettled || now - answered > _pace.Patience)
                return (isCured, broken, isSettled ? [] : firing);
        }
    }

    private async Task<bool> AreGoneAsync(CancellationToken ct)
    {
        foreach (var cause in _plan.Causes)
        {
            if (IsStillSet(cause) || !await CauseList.Of(cause.Mechanism).IsCuredAsync(_arena, cause, ct))
                return false;
        }

        return true;
    }

    /// <summary>Whether the host still is the one that a release or a restart made.</summary>
    private bool IsStillSet(CausePlan cause) =>
        (cause.Details.GetValueOrDefault(Release.Patch) is { } patch && _arena.IsServedBy(patch))
        || (cause.Details.GetValueOrDefault(Misconfiguration.Variable) is { } variable
            && _arena.ChangedSettings.GetValueOrDefault(variable) == cause.Details[Misconfiguration.Value]);

    private string[] OperationsOf(Watch watch)
    {
        var done = watch.Page?.Values.Where(series => series.Key.StartsWith("operator_actions_total", StringComparison.Ordinal) && series.Key.Contains("\"ok\"", StringComparison.Ordinal))
            .Sum(series => series.Value) ?? 0;
        return done > Decoys.OperationsOf(_plan) ? ["an operation at the host"] : [];
    }

    private async Task UnwindAsync()
    {
        while (_running.TryPop(out var cause))
            await cause.DisposeAsync().AsTask().WaitAsync(Unwinding);
    }

    private static async Task UntilAsync(DateTimeOffset at, CancellationToken ct)
    {
        if (at - TimeProvider.System.GetUtcNow() is { Ticks: > 0 } pause)
            await Task.Delay(pause, ct);
    }
}
