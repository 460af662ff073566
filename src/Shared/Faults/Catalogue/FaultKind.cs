using System.Globalization;
using ECommerce.Modules;
using ECommerce.Text;

namespace ECommerce.Faults;

/// <summary>What a fault strikes, and so how narrowly it can be aimed.</summary>
public enum FaultScope
{
    /// <summary>Commands and queries: those of one slice, of one module, or all.</summary>
    Slice,

    /// <summary>Handlers of events: one, those of one module, or all.</summary>
    Handler,

    /// <summary>What each module has for itself: that of one, or of all.</summary>
    Module,

    /// <summary>The process as a whole.</summary>
    Host,
}

/// <summary>
/// One way to break a running shop on purpose. What only a module can break, it declares as a <see cref="Failpoint"/>.
/// </summary>
/// <param name="Name">In every signal and address: <c>relay_stalled</c>.</param>
/// <param name="Effect">What it does, a sentence.</param>
/// <param name="Scope">How narrowly it can be aimed.</param>
public sealed record FaultKind(string Name, string Effect, FaultScope Scope)
{
    /// <summary>The only module that has what it strikes; null when each has.</summary>
    public string? Module { get; init; }

    /// <summary>What a percentage is a share of; null when it has none and strikes as a whole.</summary>
    public string? Share { get; init; }

    /// <summary>What else can be said about it. The first is the one that a header or a setting may give beside the name.</summary>
    public IReadOnlyList<FaultAmount> Amounts { get; init; } = [];

    /// <summary>Whether a single request may ask for it: it has to strike within one.</summary>
    public bool IsOfOneRequest { get; init; }

    /// <summary>The fault that hits a failpoint of a module.</summary>
    public static FaultKind Of(Failpoint point) => new(point.Name, point.Effect, FaultScope.Module)
    {
        Module = point.Module,
        Share = point.Share,
        Amounts = point.Time is { } time ? [FaultAmount.Time(time.Name, time.Usual, time.Most)] : [],
        IsOfOneRequest = true,
    };
}

/// <summary>How much of something a fault does: a number, or a time, which counts as its ticks.</summary>
/// <param name="Name">As a caller writes it: <c>latency</c>.</param>
/// <param name="IsTime">Whether it is written as a time.</param>
/// <param name="Usual">When nothing is said.</param>
/// <param name="Most">Nothing exceeds it.</param>
/// <param name="Least">Nothing falls below it.</param>
public sealed record FaultAmount(string Name, bool IsTime, long Usual, long Most, long Least)
{
    public static FaultAmount Time(string name, TimeSpan usual, TimeSpan most, TimeSpan? least = null) =>
        new(name, true, usual.Ticks, most.Ticks, (least ?? TimeSpan.FromMilliseconds(1)).Ticks);

    public static FaultAmount Count(string name, long usual, long most) => new(name, false, usual, most, 1);

    /// <summary>What a caller may write, a sentence.</summary>
    public string Rule => IsTime
        ? $"Must be a time such as 00:00:00.500 or 500ms, between {Text(Least)} and {Text(Most)}."
        : $"Must be a whole number between {Text(Least)} and {Text(Most)}.";

    public string Text(long value) => IsTime ? TimeSpan.FromTicks(value).ToString("c") : value.ToString(CultureInfo.InvariantCulture);

    public bool TryRead(string text, out long value)
    {
        if (IsTime)
        {
            var isTime = ExactText.TryReadDurationOrUnits(text, out var time);
            value = time.Ticks;
            return isTime && value >= Least && value <= Most;
        }

        return ExactText.TryReadInteger(text, out value) && value >= Least && value <= Most;
    }
}

/// <summary>A fault as somebody asked for it.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Module">Only there; null is everywhere.</param>
/// <param name="Slice">Only in this slice of the module; null is in all.</param>
/// <param name="Percentage">How often it strikes, or how much it takes, 1 to 100.</param>
/// <param name="Time">How long it holds.</param>
/// <param name="Amounts">Each of the kind's, by name.</param>
public sealed record Fault(FaultKind Kind, string? Module, string? Slice, int Percentage, TimeSpan Time, IReadOnlyDictionary<string, long> Amounts)
{
    public TimeSpan TimeOf(FaultAmount amount) => TimeSpan.FromTicks(Amounts[amount.Name]);

    public int CountOf(FaultAmount amount) => (int)Amounts[amount.Name];

    /// <summary>Whether it is aimed at this place.</summary>
    public bool Covers(string module, string? slice) => (Module is null || Module == module) && (Slice is null || Slice == slice);

    /// <summary>What it is aimed at, in words.</summary>
    public string Target => (Module, Slice) switch
    {
        (null, _) => Kind.Scope is FaultScope.Host ? "the host" : "every module",
        (var module, null) => module,
        var (module, slice) => $"{module}/{slice}",
    };
}
