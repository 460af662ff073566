using System.ComponentModel;

namespace ECommerce.Faults;

/// <summary>Whether the shop may be broken on purpose, and how it begins (section <c>Faults</c>).</summary>
public sealed class FaultsOptions
{
    public const string Section = "Faults";

    [Description("Whether faults may be switched on at /ops/faults. Unless it is set: true in Development, false in every other environment.")]
    public bool? Allowed { get; set; }

    [Description("Faults that are on from the start, each for its time, separated by commas: `latency=500ms; slice=PlaceOrder; percentage=50; for=00:30:00, relay_stalled`.")]
    public string On { get; set; } = "";
}
