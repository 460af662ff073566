using ECommerce.Kernel;

namespace ECommerce.Faults;

/// <summary>The refusals of fault injection.</summary>
public static class FaultErrors
{
    public static readonly Error NotAllowed = new("faults.not_allowed", 403, "This host may not be broken on purpose.",
        "Faults are off outside Development, and wherever Faults__Allowed says false. Set Faults__Allowed=true and start again if you mean it.");
}
