using ECommerce.Modules;

namespace ECommerce.Faults;

/// <summary>The faults that modules declare as failpoints.</summary>
internal sealed class FailpointFaults(FaultSwitches faults, FaultCatalogue catalogue) : IFailpointInterceptor
{
    public bool IsHit(Failpoint point, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        if (faults.AreQuiet || catalogue.Find(point.Name) is not { } kind || faults.Strike(kind, point.Module) is not { } fault)
            return false;
        if (kind.Amounts is [var amount])
            time = fault.TimeOf(amount);
        return true;
    }
}
