using System.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ECommerce.Faults;

/// <summary>
/// The fault injector of a host: which faults are enabled, until when, and whether one is injected here and now. While none is enabled, the
/// check is one read of a field.
/// </summary>
public sealed partial class FaultInjector
{
    /// <summary>The span attribute of an injected fault: its name, that of the last one when there are several.</summary>
    internal const string Mark = "app.fault";

    // The time limit of the wait until an ended fault has released its resources.
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

    internal FaultInjector(
        FaultCatalogue catalogue, FaultMetrics metrics, IEnumerable<FaultLoad> loads, IOptions<FaultsOptions> options,
        IHostEnvironment environment, TimeProvider clock, ILogger<FaultInjector> log)
    {
        (_catalogue, _metrics, _clock, _log) = (catalogue, metrics, clock, log);
        _loads = loads.ToDictionary(load => load.Kind.Name, StringComparer.Ordinal);
        AreAllowed = options.Value.Allowed ?? environment.IsDevelopment();
        MayBeAskedByRequests = AreAllowed && environment.IsDevelopment();
    }

    /// <summary>Whether faults may be enabled at all.</summary>
    public bool AreAllowed { get; }

    /// <summary>Whether a request may ask for a fault.</summary>
    public bool MayBeAskedByRequests { get; }

    /// <summary>True when no fault is enabled, which is nearly always.</summary>
    public bool IsIdle => _armed is null;

    /// <summary>The enabled fault of a kind and its end; null when there is none.</summary>
    public (Fault Fault, DateTimeOffset Until)? Of(FaultKind kind)
    {
        lock (_gate)
            return _held.TryGetValue(kind.Name, out var held) ? (held.Fault, held.Until) : null;
    }

    /// <summary>Decides whether a fault is injected now. If so, it is counted and marked on the span of the current command.</summary>
    /// <returns>The fault with its parameters; null when nothing is injected.</returns>
    public Fault? TryInject(FaultKind kind, string module, string? slice = null, string? group = null)
    {
        if (Find(kind, module, slice, group) is not { } fault || Random.Shared.Next(100) >= fault.Percentage)
            return null;
        RecordInjection(kind, module);
        return fault;
    }

    /// <summary>Enables a fault for its duration, in place of an enabled one of the same kind.</summary>
    public void Enable(Fault fault)
    {
        Held? before;
        lock (_gate)
        {
            before = Forget(fault.Kind);
            // The timer and the load must not inherit the request's execution context.
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

    /// <summary>Disables a fault and waits until it has released its resources. Does nothing when the kind is not enabled.</summary>
    public async Task DisableAsync(FaultKind kind)
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

    /// <summary>Disables every fault.</summary>
    public Task DisableAllAsync() => Task.WhenAll(_catalogue.Kinds.Select(DisableAsync));

    /// <summary>Enables a fault for the current execution context, until the result is disposed.</summary>
    internal IDisposable EnableForThisRequest(Fault fault)
    {
        _ofRequest.Value = fault;
        return new OneRequest(this);
    }

    internal Fault? Find(FaultKind kind, string module, string? slice, string? group = null)
    {
        if (_armed is not { } armed)
            return null;
        if (_ofRequest.Value is { } own && own.Kind == kind && own.Covers(module, slice, group))
            return own;
        foreach (var fault in armed)
        {
            if (fault.Kind == kind && fault.Covers(module, slice, group))
                return fault;
        }

        return null;
    }

    /// <summary>Counts an injection and marks the span of the current command.</summary>
    internal void RecordInjection(FaultKind kind, string module, int amount = 1)
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

    /// <summary>Marks the span of a command or event that runs while a load consumes resources, since a load affects all of them.</summary>
    internal void MarkLoads(Activity? span, string module)
    {
        if (span is null || _armed is not { } armed)
            return;
        foreach (var fault in armed)
        {
            if (_loads.ContainsKey(fault.Kind.Name) && fault.Covers(module, null, null))
                span.SetTag(Mark, fault.Kind.Name);
        }
    }

    // A timer that was disposed may still fire; by then the fault may be enabled again.
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
        await load.RunAsync(held.Fault, (module, amount) => RecordInjection(held.Fault.Kind, module, amount), held.End.Token);
    }

    private static async Task EndAsync(Held? held)
    {
        if (held is null)
            return;
        // Cancelled synchronously: CancelAsync would need a thread of the pool, which the fault may have starved.
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
        private readonly FaultInjector _switches;

        public OneRequest(FaultInjector switches)
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
