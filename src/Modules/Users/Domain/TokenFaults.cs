using ECommerce.Platform.Faults;

namespace ECommerce.Users;

/// <summary>The faults of issuing tokens.</summary>
internal static class TokenFaults
{
    /// <summary>How far the issuer's clock is behind.</summary>
    public static readonly FaultAmount Skew = FaultAmount.Time("skew", TimeSpan.FromHours(2), most: TimeSpan.FromDays(1));

    public static readonly FaultKind ClockSkew = new("token_clock_skew", "Tokens are issued by a clock that is behind: they have expired, or expire early.", FaultScope.Module)
    {
        Module = "users",
        Share = "the tokens",
        Amounts = [Skew],
        IsOfOneRequest = true,
    };
}
