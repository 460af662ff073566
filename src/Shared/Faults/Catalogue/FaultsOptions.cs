using System.ComponentModel;

namespace ECommerce.Faults;

/// <summary>The settings of fault injection (section <c>Faults</c>).</summary>
public sealed class FaultsOptions
{
    public const string Section = "Faults";

    [Description("Whether faults may be enabled at /ops/faults. The default is true in Development and false elsewhere.")]
    public bool? Allowed { get; set; }

    [Description("Faults that are enabled at the start, each for its duration, separated by commas: `latency=500ms; slice=PlaceOrder; percentage=50; for=00:30:00, relay_stalled`.")]
    public string On { get; set; } = "";
}
