using System.Globalization;
using System.Text.Json;
using ECommerce.Faults;
using ECommerce.Text;

namespace ECommerce.Host.Console.Operate;

/// <summary>The fields of a fault in the page, and their reading by the parser of <c>PUT /ops/faults/{name}</c>.</summary>
internal sealed class FaultForm(FaultKind kind, FaultCatalogue faults)
{
    private const int LongestText = 100;

    private readonly Dictionary<string, string> _words = new(StringComparer.Ordinal);

    public FaultKind Kind => kind;

    /// <summary>The modules to choose from; none for a fault of the host.</summary>
    public IReadOnlyList<string> Modules { get; } = kind is { Scope: not FaultScope.Host, Module: null } ? faults.ModulesOf(kind) : [];

    public bool HasSlices { get; } = FaultCatalogue.HasSlices(kind);

    /// <summary>Whether the fault can be enabled in this host at all.</summary>
    public bool IsPossible => kind.Scope is not FaultScope.Call || faults.CalledModules.Count > 0;

    /// <summary>The text of a field; empty for the default.</summary>
    public string this[string name]
    {
        get => _words.GetValueOrDefault(name, "");
        set => _words[name] = value.Length > LongestText ? value[..LongestText] : value.Trim();
    }

    /// <summary>Reads the fields, and enables the fault.</summary>
    /// <returns>Null, or why the fault was not enabled.</returns>
    public string? Enable(FaultParser parser, FaultInjector injector)
    {
        if (!injector.AreAllowed)
            return FaultErrors.NotAllowed.Title;
        if (parser.Read(kind, _words.Where(word => word.Value.Length > 0).ToDictionary(word => word.Key, word => Element(word.Key, word.Value)), out var refusal) is not { } fault)
            return $"{refusal!.Field}: {refusal.Message}";
        injector.Enable(fault);
        return null;
    }

    // As the body of the operation: numbers are numbers.
    private JsonElement Element(string name, string text) =>
        (name == "percentage" || kind.Amounts.Any(amount => amount.Name == name && !amount.IsTime)) && StrictParser.TryReadInteger(text, out var number)
            ? JsonSerializer.SerializeToElement(number)
            : JsonSerializer.SerializeToElement(text);

    public static string Left(DateTimeOffset until, DateTimeOffset now) => (until - now) switch
    {
        { TotalSeconds: <= 0 } => "ends",
        { TotalMinutes: < 1 } left => string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(left.TotalSeconds):0} s"),
        var left => string.Create(CultureInfo.InvariantCulture, $"{(int)left.TotalMinutes} min {left.Seconds} s"),
    };
}
