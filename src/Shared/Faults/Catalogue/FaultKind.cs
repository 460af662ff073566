using System.Globalization;
using ECommerce.Kernel;
using ECommerce.Modules;
using ECommerce.Text;

namespace ECommerce.Faults;

/// <summary>The kind of target of a fault, and thereby how narrowly it can be aimed.</summary>
public enum FaultScope
{
    /// <summary>Commands and queries: those of one slice, of one module, or all.</summary>
    Slice,

    /// <summary>Event handlers: one, those of one module, or all.</summary>
    Handler,

    /// <summary>The resources that each module has: those of one module, or of all.</summary>
    Module,

    /// <summary>The calls to modules in other hosts: those to one module, or to all.</summary>
    Call,

    /// <summary>The process.</summary>
    Host,
}

/// <summary>
/// One way to break a running shop on purpose. What only a module can break, it declares as a <see cref="Failpoint"/>.
/// </summary>
/// <param name="Name">The name in signals and addresses: <c>relay_stalled</c>.</param>
/// <param name="Effect">The effect, a sentence.</param>
/// <param name="Scope">The kind of target.</param>
public sealed record FaultKind(string Name, string Effect, FaultScope Scope)
{
    /// <summary>The only module that the kind can target; null when it can target each.</summary>
    public string? Module { get; init; }

    /// <summary>What a percentage is a share of; null when the kind takes no percentage.</summary>
    public string? Share { get; init; }

    /// <summary>The kind's parameters. The first is the one that a header or a setting may give beside the name.</summary>
    public IReadOnlyList<FaultParameter> Amounts { get; init; } = [];

    /// <summary>Whether it can be limited to a group of customers: a command or query names its customer.</summary>
    public bool HasGroups => Scope is FaultScope.Slice;

    /// <summary>Whether a single request may ask for it: its effect has to occur within one.</summary>
    public bool IsOfOneRequest { get; init; }

    /// <summary>The fault that hits a failpoint of a module.</summary>
    public static FaultKind Of(Failpoint point) => new(point.Name, point.Effect, FaultScope.Module)
    {
        Module = point.Module,
        Share = point.Share,
        Amounts = point.Time is { } time ? [FaultParameter.Time(time.Name, time.Usual, time.Most)] : [],
        IsOfOneRequest = true,
    };
}

/// <summary>A parameter of a fault: a number, or a duration, which is stored in ticks.</summary>
/// <param name="Name">The name in requests: <c>latency</c>.</param>
/// <param name="IsTime">Whether the parameter is a duration.</param>
/// <param name="Usual">The default.</param>
/// <param name="Most">The maximum.</param>
/// <param name="Least">The minimum.</param>
public sealed record FaultParameter(string Name, bool IsTime, long Usual, long Most, long Least)
{
    public static FaultParameter Time(string name, TimeSpan usual, TimeSpan most, TimeSpan? least = null) =>
        new(name, true, usual.Ticks, most.Ticks, (least ?? TimeSpan.FromMilliseconds(1)).Ticks);

    public static FaultParameter Count(string name, long usual, long most) => new(name, false, usual, most, 1);

    /// <summary>The validation message of the parameter.</summary>
    public string Rule => IsTime
        ? $"Must be a time such as 00:00:00.500 or 500ms, between {Text(Least)} and {Text(Most)}."
        : $"Must be a whole number between {Text(Least)} and {Text(Most)}.";

    public string Text(long value) => IsTime ? TimeSpan.FromTicks(value).ToString("c") : value.ToString(CultureInfo.InvariantCulture);

    public bool TryRead(string text, out long value)
    {
        if (IsTime)
        {
            var isTime = StrictParser.TryReadDurationOrUnits(text, out var time);
            value = time.Ticks;
            return isTime && value >= Least && value <= Most;
        }

        return StrictParser.TryReadInteger(text, out value) && value >= Least && value <= Most;
    }
}

/// <summary>A fault with its target and its parameters.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Module">The target's module; null for all.</param>
/// <param name="Slice">The target's slice within the module; null for all.</param>
/// <param name="Group">The group of customers whom it affects (<see cref="CustomerGroup"/>); null for all requests.</param>
/// <param name="Percentage">The probability or the share of its effect, 1 to 100.</param>
/// <param name="Time">The duration for which it is enabled.</param>
/// <param name="Amounts">The values of the kind's parameters, by name.</param>
public sealed record Fault(
    FaultKind Kind, string? Module, string? Slice, string? Group, int Percentage, TimeSpan Time, IReadOnlyDictionary<string, long> Amounts)
{
    public TimeSpan TimeOf(FaultParameter amount) => TimeSpan.FromTicks(Amounts[amount.Name]);

    public int CountOf(FaultParameter amount) => (int)Amounts[amount.Name];

    /// <summary>Whether the fault targets this place and this group of customers.</summary>
    public bool Covers(string module, string? slice, string? group) =>
        (Module is null || Module == module) && (Slice is null || Slice == slice) && (Group is null || Group == group);

    /// <summary>The target, in words.</summary>
    public string Target => Group is null ? Place : $"{Place} of customer group {Group}";

    private string Place => (Module, Slice) switch
    {
        (null, _) => Kind.Scope is FaultScope.Host ? "the host" : "every module",
        (var module, null) => module,
        var (module, slice) => $"{module}/{slice}",
    };
}
