using System.Text.Json;
using ECommerce.Kernel;
using ECommerce.Text;

namespace ECommerce.Faults;

/// <summary>Why a request for a fault is refused, and which of its members is wrong.</summary>
public sealed record FaultRefusal(string Field, string Message);

/// <summary>Parses a request for a fault from a body, a header or a setting.</summary>
public sealed class FaultParser(FaultCatalogue catalogue)
{
    /// <summary>The duration of a fault when none is given.</summary>
    public static readonly TimeSpan UsualTime = TimeSpan.FromMinutes(10);

    /// <summary>The longest duration of a fault, so that none is forgotten.</summary>
    public static readonly TimeSpan LongestTime = TimeSpan.FromHours(4);

    private const string Module = "module";
    private const string Slice = "slice";
    private const string Group = "group";
    private const string Percentage = "percentage";
    private const string For = "for";

    /// <summary>Parses the members of a body; null means absent.</summary>
    public Fault? Read(FaultKind kind, IReadOnlyDictionary<string, JsonElement> members, out FaultRefusal? refusal)
    {
        Dictionary<string, string> words = new(StringComparer.Ordinal);
        foreach (var (name, value) in members.Where(member => member.Value.ValueKind is not JsonValueKind.Null))
        {
            var isNumber = name == Percentage || kind.Amounts.Any(amount => amount.Name == name && !amount.IsTime);
            // A member of another JSON type becomes a text that no rule accepts.
            words[name] = value.ValueKind == (isNumber ? JsonValueKind.Number : JsonValueKind.String) ? Text(value) : "";
        }

        return Read(kind, words, out refusal);
    }

    /// <summary>
    /// Parses <c>latency=500ms; slice=PlaceOrder; percentage=50</c>: the fault with its first parameter, then the others.
    /// </summary>
    public Fault? Read(string text, out FaultRefusal? refusal)
    {
        string[] parts = text.Split(';', StringSplitOptions.TrimEntries);
        var (name, first) = Split(parts[0]);
        if (catalogue.Find(name) is not { } kind)
        {
            refusal = UnknownName();
            return null;
        }

        Dictionary<string, string> words = new(StringComparer.Ordinal);
        if (first is not null)
            words[kind.Amounts.Count > 0 ? kind.Amounts[0].Name : name] = first;
        foreach (var (word, value) in parts.Skip(1).Select(Split))
        {
            if (!words.TryAdd(word, value ?? ""))
            {
                refusal = new(word, "Is said twice.");
                return null;
            }
        }

        return Read(kind, words, out refusal);
    }

    /// <summary>The refusal of an unknown name.</summary>
    public FaultRefusal UnknownName() => new("name", $"Must be one of {string.Join(", ", catalogue.Kinds.Select(kind => kind.Name))}.");

    private Fault? Read(FaultKind kind, IReadOnlyDictionary<string, string> words, out FaultRefusal? refusal)
    {
        string[] known = [Module, Slice, Group, Percentage, For, .. kind.Amounts.Select(amount => amount.Name)];
        if (words.Keys.FirstOrDefault(word => !known.Contains(word)) is { } unknown)
            refusal = new(unknown, $"Is nothing that {kind.Name} knows.");
        else if (!TryReadPlace(kind, words, out var module, out var slice, out refusal)
            || !TryReadGroup(kind, words, out var group, out refusal)
            || !TryReadPercentage(kind, words, out var percentage, out refusal)
            || !TryReadTime(words, out var time, out refusal)
            || !TryReadAmounts(kind, words, out var amounts, out refusal))
            return null;
        else
            return new(kind, module, slice, group, percentage, time, amounts);
        return null;
    }

    private bool TryReadPlace(
        FaultKind kind, IReadOnlyDictionary<string, string> words, out string? module, out string? slice, out FaultRefusal? refusal)
    {
        (module, slice, refusal) = (words.GetValueOrDefault(Module), words.GetValueOrDefault(Slice), null);
        if (kind.Scope is FaultScope.Call && catalogue.CalledModules.Count == 0)
            refusal = new("name", $"{kind.Name} acts on calls to modules in other hosts, and this host makes none: it holds every module (topologies monolith and replicas).");
        else if (module is not null && kind.Scope is FaultScope.Host)
            refusal = new(Module, $"{kind.Name} strikes the host as a whole.");
        else if (module is not null && !catalogue.ModulesOf(kind).Contains(module))
            refusal = new(Module, $"Must be one of {string.Join(", ", catalogue.ModulesOf(kind))}.");
        else if (slice is not null && !FaultCatalogue.HasSlices(kind))
            refusal = new(Slice, $"{kind.Name} strikes no single slice.");
        else if (slice is not null)
        {
            var owners = catalogue.ModulesOf(kind, slice);
            var asked = module;
            if (!owners.Any(owner => asked is null || owner == asked))
                refusal = new(Slice, $"Must be the name of a {(kind.Scope is FaultScope.Handler ? "handler of events" : "command or query")} of {asked ?? "a module"}.");
            else
                module ??= owners.Count == 1 ? owners[0] : null;
        }

        module ??= kind.Module;
        return refusal is null;
    }

    private static bool TryReadGroup(FaultKind kind, IReadOnlyDictionary<string, string> words, out string? group, out FaultRefusal? refusal)
    {
        (group, refusal) = (words.GetValueOrDefault(Group), null);
        if (group is not null && !kind.HasGroups)
            refusal = new(Group, $"{kind.Name} strikes no single group of customers.");
        else if (group is not null && !CustomerGroup.All.Contains(group))
            refusal = new(Group, $"Must be one of {string.Join(", ", CustomerGroup.All)}.");
        return refusal is null;
    }

    private static bool TryReadPercentage(FaultKind kind, IReadOnlyDictionary<string, string> words, out int percentage, out FaultRefusal? refusal)
    {
        (percentage, refusal) = (100, null);
        if (!words.TryGetValue(Percentage, out var text))
            return true;
        if (kind.Share is null)
            refusal = new(Percentage, $"{kind.Name} has no share: it strikes as a whole.");
        else if (!StrictParser.TryReadInteger(text, out var number) || number is < 1 or > 100)
            refusal = new(Percentage, "Must be a whole number between 1 and 100.");
        else
            percentage = (int)number;
        return refusal is null;
    }

    private static bool TryReadTime(IReadOnlyDictionary<string, string> words, out TimeSpan time, out FaultRefusal? refusal)
    {
        (time, refusal) = (UsualTime, null);
        if (words.TryGetValue(For, out var text)
            && !(StrictParser.TryReadDuration(text, out time) && time > TimeSpan.Zero && time <= LongestTime))
            refusal = new(For, $"Must be a time such as {UsualTime}, {LongestTime} at most.");
        return refusal is null;
    }

    private static bool TryReadAmounts(
        FaultKind kind, IReadOnlyDictionary<string, string> words, out Dictionary<string, long> amounts, out FaultRefusal? refusal)
    {
        (amounts, refusal) = (new(StringComparer.Ordinal), null);
        foreach (var amount in kind.Amounts)
        {
            amounts[amount.Name] = amount.Usual;
            if (!words.TryGetValue(amount.Name, out var text))
                continue;
            if (!amount.TryRead(text, out var value))
            {
                refusal = new(amount.Name, amount.Rule);
                return false;
            }

            amounts[amount.Name] = value;
        }

        return true;
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.ToString();
        }
        catch (InvalidOperationException)
        {
            return ""; // an unpaired surrogate is a JSON string but no text
        }
    }

    private static (string Name, string? Value) Split(string part) =>
        part.IndexOf('=', StringComparison.Ordinal) is >= 0 and var at ? (part[..at].Trim(), part[(at + 1)..].Trim()) : (part, null);
}
