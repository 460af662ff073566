using System.Globalization;
using ECommerce.Kernel;

namespace ECommerce.Faults;

/// <summary>
/// The fault <c>cardinality_explosion</c>: uses a number as a label value, like code that labels by customer. Only the general limit on
/// series bounds it.
/// </summary>
internal sealed class CardinalityExplosion(FaultMetrics metrics) : FaultLoad(FaultKinds.CardinalityExplosion)
{
    private const int PerWave = 500;

    public override async Task RunAsync(Fault fault, Action<string, int> taken, CancellationToken end)
    {
        var most = fault.CountOf(FaultKinds.Series);
        for (var made = 0; await PauseAsync(TimeSpan.FromMilliseconds(50), end);)
        {
            var wave = Math.Min(PerWave, most - made);
            for (var i = 0; i < wave; i++)
                metrics.Noise.With((++made).ToString(CultureInfo.InvariantCulture)).Inc();
            if (wave > 0)
                taken(ModuleName.Platform.Name, wave);
        }

        metrics.Noise.Forget(series => series.Remove());
    }
}
