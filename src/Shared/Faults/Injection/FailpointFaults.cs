using ECommerce.Modules;

namespace ECommerce.Faults;

/// <summary>The faults that modules declare as failpoints.</summary>
internal sealed class FailpointFaults(FaultInjector faults, FaultCatalogue catalogue) : IFailpointInterceptor
{
    public bool IsHit(Failpoint point, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        if (faults.IsIdle || catalogue.Find(point.Name) is not { } kind || faults.TryInject(kind, point.Module) is not { } fault)
            return false;
        if (kind.Amounts is [var amount])
            time = fault.TimeOf(amount);
        return true;
    }
}
