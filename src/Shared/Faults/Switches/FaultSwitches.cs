using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Faults;

/// <summary>
/// The faults of one host: which are on, until when, and whether one strikes here and now. Where nothing is on, asking is one read of a field.
/// </summary>
public sealed partial class FaultSwitches
{
    /// <summary>The attribute of a span that was struck: the name of the fault; of several, the last that struck.</summary>
    internal const string Mark = "app.fault";

    // How long whoever ends a fault waits for what it took.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly FaultCatalogue _catalogue;
    private readonly FaultMetrics _metrics;
    private readonly Dictionary<string, FaultLoad> _loads;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Held> _held = new(StringComparer.Ordinal);
    private readonly AsyncLocal<Fault?> _ofRequest = new();
    private int _requests;
    private volatile Fault[]? _armed;

    internal FaultSwitches(
        FaultCatalogue catalogue, FaultMetrics metrics, IEnumerable<FaultLoad> loads, IOptions<FaultsOptions> options,
        IHostEnvironment environment, TimeProvider clock, ILogger<FaultSwitches> log)
    {
        (_catalogue, _metrics, _clock, _log) = (catalogue, metrics, clock, log);
        _loads = loads.ToDictionary(load => load.Kind.Name, StringComparer.Ordinal);
        AreAllowed = options.Value.Allowed ?? environment.IsDevelopment();
        MayBeAskedByRequests = AreAllowed && environment.IsDevelopment();
    }

    /// <summary>Whether a fault may be switched on at all.</summary>
    public bool AreAllowed { get; }

    /// <summary>Whether a request may ask for a fault of its own.</summary>
    public bool MayBeAskedByRequests { get; }

    /// <summary>True when no fault can strike at this moment, as in almost all of them.</summary>
    public bool AreQuiet => _armed is null;

    /// <summary>What holds of a kind, and until when; null when it is off.</summary>
    public (Fault Fault, DateTimeOffset Until)? Of(FaultKind kind)
    {
        lock (_gate)
            return _held.TryGetValue(kind.Name, out var held) ? (held.Fault, held.Until) : null;
    }

    /// <summary>Whether a fault strikes now: then it has been counted, and marked on the span of the command that is under way.</summary>
    /// <returns>The fault as it was asked for; null when nothing strikes.</returns>
    public Fault? Strike(FaultKind kind, string module, string? slice = null)
    {
        if (Find(kind, module, slice) is not { } fault || Random.Shared.Next(100) >= fault.Percentage)
            return null;
        Tell(kind, module);
        return fault;
    }

    /// <summary>Switches a fault on for its time, in place of how it was on before.</summary>
    public void Hold(Fault fault)
    {
        Held? before;
        lock (_gate)
        {
            before = Forget(fault.Kind);
            // What goes on by itself belongs to no request.
            using var flow = ExecutionContext.SuppressFlow();
            var until = _clock.GetUtcNow() + fault.Time;
            var held = new Held(fault, until, _clock.CreateTimer(_ => Expire(fault), null, fault.Time, Timeout.InfiniteTimeSpan));
            _held.Add(fault.Kind.Name, held);
            foreach (var module in ModulesOf(fault))
                _metrics.Active.With(fault.Kind.Name, module).Set(1);
            LogHeld(_log, fault.Kind.Name, fault.Target, fault.Percentage, until);
            Arm();
            if (_loads.TryGetValue(fault.Kind.Name, out var load))
                held.Load = Task.Run(() => CarryAsync(load, held, before?.Load ?? Task.CompletedTask), CancellationToken.None);
        }

        before?.End.Cancel();
    }

    /// <summary>Switches a fault off and waits until it has given back what it took; changes nothing where it is off.</summary>
    public async Task ReleaseAsync(FaultKind kind)
    {
        Held? held;
        lock (_gate)
        {
            held = Forget(kind);
            if (held is not null)
                LogReleased(_log, kind.Name, held.Fault.Target);
        }

        await EndAsync(held);
    }

    /// <summary>Switches every fault off.</summary>
    public Task ReleaseAllAsync() => Task.WhenAll(_catalogue.Kinds.Select(ReleaseAsync));

    /// <summary>Lets what is called from here on meet a fault that nobody else does, until it is disposed.</summary>
    internal IDisposable HoldForThisRequest(Fault fault)
    {
        _ofRequest.Value = fault;
        return new OneRequest(this);
    }

    internal Fault? Find(FaultKind kind, string module, string? slice)
    {
        if (_armed is not { } armed)
            return null;
        if (_ofRequest.Value is { } own && own.Kind == kind && own.Covers(module, slice))
            return own;
        foreach (var fault in armed)
        {
            if (fault.Kind == kind && fault.Covers(module, slice))
                return fault;
        }

        return null;
    }

    /// <summary>Counts what has struck, and marks the span of the command that is under way.</summary>
    internal void Tell(FaultKind kind, string module, int amount = 1)
    {
        _metrics.Injections.With(kind.Name, module).Inc(amount);
        for (var span = Activity.Current; span is not null; span = span.Parent)
        {
            if (span.GetTagItem("app.command") is null)
                continue;
            span.SetTag(Mark, kind.Name);
            return;
        }
    }

    /// <summary>Marks the span of a command or event under which something is being taken: a load strikes nobody in particular, and everybody a little.</summary>
    internal void MarkLoads(Activity? span, string module)
    {
        if (span is null || _armed is not { } armed)
            return;
        foreach (var fault in armed)
        {
            if (_loads.ContainsKey(fault.Kind.Name) && fault.Covers(module, null))
                span.SetTag(Mark, fault.Kind.Name);
        }
    }

    // A timer that was disposed may fire all the same; by then the fault may be on again.
    private void Expire(Fault fault)
    {
        Held? held;
        lock (_gate)
        {
            if (!_held.TryGetValue(fault.Kind.Name, out var now) || !ReferenceEquals(now.Fault, fault))
                return;
            held = Forget(fault.Kind);
            LogEnded(_log, fault.Kind.Name, fault.Target);
        }

        held?.End.Cancel();
    }

    private Held? Forget(FaultKind kind)
    {
        if (!_held.Remove(kind.Name, out var held))
            return null;
        held.Timer.Dispose();
        foreach (var module in ModulesOf(held.Fault))
            _metrics.Active.With(kind.Name, module).Set(0);
        Arm();
        return held;
    }

    private void Arm() => _armed = _held.Count > 0 || _requests > 0 ? [.. _held.Values.Select(held => held.Fault)] : null;

    private IEnumerable<string> ModulesOf(Fault fault) => fault.Module is { } only ? [only] : _catalogue.ModulesOf(fault.Kind);

    private async Task CarryAsync(FaultLoad load, Held held, Task before)
    {
        await before;
        await load.RunAsync(held.Fault, (module, amount) => Tell(held.Fault.Kind, module, amount), held.End.Token);
    }

    private static async Task EndAsync(Held? held)
    {
        if (held is null)
            return;
        // Not asynchronously: that would wait for a thread of a pool which the fault may have starved.
        held.End.Cancel();
        await held.Load.WaitAsync(Patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private sealed class Held(Fault fault, DateTimeOffset until, ITimer timer)
    {
        public Fault Fault => fault;

        public DateTimeOffset Until => until;

        public ITimer Timer => timer;

        public CancellationTokenSource End { get; } = new();

        public Task Load { get; set; } = Task.CompletedTask;
    }

    private sealed class OneRequest : IDisposable
    {
        private readonly FaultSwitches _switches;

        public OneRequest(FaultSwitches switches)
        {
            _switches = switches;
            Change(+1);
        }

        public void Dispose() => Change(-1);

        private void Change(int by)
        {
            lock (_switches._gate)
            {
                _switches._requests += by;
                _switches.Arm();
            }
        }
    }

    [LoggerMessage(50, LogLevel.Warning, "The fault {Fault} is on for {Target} at {Percentage} % until {Until:u}", EventName = "fault.held")]
    private static partial void LogHeld(ILogger logger, string fault, string target, int percentage, DateTimeOffset until);

    [LoggerMessage(51, LogLevel.Warning, "The fault {Fault} is off for {Target}", EventName = "fault.released")]
    private static partial void LogReleased(ILogger logger, string fault, string target);

    [LoggerMessage(52, LogLevel.Warning, "The fault {Fault} has come to its end for {Target}", EventName = "fault.ended")]
    private static partial void LogEnded(ILogger logger, string fault, string target);
}
